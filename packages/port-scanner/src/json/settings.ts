import { readAssignment } from '../assignment.js'
import { extend, type Evidence, type Follower, type Match } from '../match.js'
import { isArticle, isBareAddressName, isPortName, isProse } from '../names.js'
import { readScript } from '../shell/read-shell.js'
import { keysAround, scalarsOf, textAt, type Item } from './tree.js'

/** Keys that contain a program's own settings. */
const own =
  /^(?:server|http|https|dev|devServer|listen|app|application|options?|config|configuration|settings|defaults?|env|environment|vars|common|development|production|staging|local|global|base|tool|scripts|main|serve|host|kestrel|endpoints)$/i

const commands = /^(?:command|cmd|script|run|exec|shell|(?:dev|start|build|setup|run|archive)_?command)$/i

/** Settings of a tree that a format reads differently. */
export interface SettingsOptions {
  /** Names the owner of a value: `block` or `hint` evidence; undefined if the format does not know more. */
  readonly ownerOf?: (item: Item) => readonly Evidence[] | undefined
  /** Whether `port` at the top or below `server` is the program's own. */
  readonly isOwn?: boolean
  readonly followerOf?: (item: Item) => Follower | undefined
}

/** Returns the ports in a tree of settings: ports by their key, addresses, and commands. */
export function readSettings(root: Item, { ownerOf, isOwn = true, followerOf }: SettingsOptions = {}): Match[] {
  return scalarsOf(root).flatMap((item): Match[] => {
    const { scalar, parent } = item
    if (!/\d\d/.test(scalar.text) || isProse(item.key)) return []
    if (commands.test(item.key) || (parent !== undefined && /^(?:scripts|tasks)$/.test(parent.key) && !parent.isList))
      return extend(readScript(scalar), { evidence: ownerOf?.(item) ?? [] })
    if (isArticle(scalar.text)) return []
    const name = nameOf(item)
    const sibling = parent?.isList === false ? (key: string) => textAt(parent, key) : undefined
    const isExample = [item.key, ...keysAround(item)].some((key) => /^examples?$/i.test(key))
    const follower = followerOf?.(item)
    const isListItem = parent?.isList === true
    return readAssignment(name, scalar, { sibling }).flatMap((match) => {
      const isNumber = match.role === 'value' || match.role === 'default'
      const around = isNumber || isBareAddressName(name) ? blockOf(item) : []
      // `{ "metrics": { "listenAddress": "127.0.0.1:9443" } }` is not the program's own.
      const isOthers = match.role === 'listen' && ownerOf === undefined && blockOf(item).length > 0
      const owner = isNumber
        ? (ownerOf?.(item) ?? around)
        : around.map(({ text }): Evidence => ({ kind: 'variable', text: `${text}_${name}` }))
      return extend([match], {
        evidence: owner,
        ...(isNumber && !isOwn && owner.length === 0 && /^ports?$/i.test(name) && { role: 'mention' as const }),
        ...(isOthers && { role: 'mention' as const }),
        ...(isExample && { isExample }),
        ...(isListItem && { isListItem }),
        ...(follower !== undefined && { follower }),
      })
    })
  })
}

/** The key, or the name next to a value: `{ "name": "CORE_PORT", "value": "3001" }`. */
function nameOf({ key, parent }: Item): string {
  if (!/^(?:value|defaultValue)$/i.test(key) || !parent) return key
  // mise and Cargo: `CORE_PORT = { value = "3001" }`
  const variable = /^[A-Z][A-Z\d_]*$/.test(parent.key) ? parent.key : undefined
  return textAt(parent, 'name') ?? textAt(parent, 'key') ?? variable ?? key
}

/** The owner of a number: the name in its object, or the nearest key that is not the program's own. */
function blockOf(item: Item): Evidence[] {
  for (let each = item.parent; each; each = each.parent) {
    if (each.key !== '' && !each.parent?.isList && !own.test(each.key) && !isPortName(each.key)) {
      return [{ kind: 'block', text: each.key }]
    }
    const name = each.isList || each.parent === undefined ? undefined : textAt(each, 'name')
    if (name !== undefined && !isPortName(name)) return [{ kind: 'block', text: name }]
  }
  return []
}
