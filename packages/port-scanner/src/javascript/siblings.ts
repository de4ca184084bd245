import { isPortLike, nameOf, pathOf, stringOf } from './names.js'
import type { Node } from './node.js'
import { isTelling } from './place.js'
import type { Clue } from '../sighting.js'

type ObjectNode = Extract<Node, { type: 'ObjectExpression' }>

/** What the properties of an object say of one another. */
export interface Siblings {
  readonly clues: readonly Clue[]
  /** What a `default` or a `value` among them belongs to, where that is a port. */
  readonly name?: string
  /** Variables of the environment that are named among them. */
  readonly variables: readonly string[]
  /** Whether a `default` or a `value` among them is a port. */
  readonly isPort: boolean
  readonly host?: string
  /** Whether it reaches something: a user, a password or a database is among them. */
  readonly isClient: boolean
  /** Whether a `port` among them is a Kubernetes service's, with its `targetPort`. */
  readonly isBehindService: boolean
}

const known = new WeakMap<Node, Siblings>()

/** What the properties of an object say of one another; remembered, for it may be asked of each. */
export function siblingsOf(object: ObjectNode): Siblings {
  const siblings = known.get(object) ?? readSiblings(object)
  known.set(object, siblings)
  return siblings
}

/** Keys by what their text says of the other properties. */
const kinds: readonly (readonly [Clue['kind'], RegExp])[] = [
  [
    'name',
    /^(?:name|service|service_?name|id|app|app_?name|container|container_?name|package|host|hostname|slug|project|job|job_?name)$/,
  ],
  ['image', /^image$/],
  ['label', /^(?:label|title|display_?name)$/],
  [
    'context',
    /^(?:description|desc|describe|summary|doc|message|help|comment|path|prefix|route|mount|script|command|cwd)$/,
  ],
]

/** Keys that say what a `default` or a `value` beside them belongs to. */
const namingKey = /^(?:name|key|variable|id|field|arg|flags?|long|alias)$/

function readSiblings({ properties }: ObjectNode): Siblings {
  const clues: Clue[] = []
  const variables: string[] = []
  const texts = new Map<string, string>()
  const keys = new Set<string>()
  for (const property of properties) {
    if (property.type !== 'Property') continue
    const key = nameOf(property.key)?.toLowerCase() ?? ''
    keys.add(key)
    const text =
      stringOf(property.value) ??
      fallbackOf(property.value) ??
      (kinds[0]![1].test(key) ? pathOf(property.value)?.join('.') : undefined)
    if (text !== undefined && text !== '' && text.length <= 120) texts.set(key, text)
  }
  let name: string | undefined
  for (const [key, text] of texts) {
    if (/^env(?:_?var)?$/.test(key)) variables.push(text)
    if (namingKey.test(key) && isPortLike(text.replace(/^-.*--|^--?|[\s=<[].*$/g, '')))
      name ??= text.replace(/^-.*--|^--?|[\s=<[].*$/g, '')
    const kind = kinds.find(([, pattern]) => pattern.test(key))?.[0]
    if (kind !== undefined && !isPortLike(text) && (kind !== 'name' || isTelling(text))) clues.push({ kind, text })
  }
  const host = texts.get('host') ?? texts.get('hostname')
  return {
    clues,
    variables,
    isPort: name !== undefined || texts.get('format') === 'port',
    isClient: ['user', 'username', 'password', 'database', 'dbname'].some((key) => keys.has(key)),
    isBehindService: keys.has('targetport'),
    ...(name !== undefined && { name }),
    ...(host !== undefined && { host }),
  }
}

/** The string that stands in for what is not set: `'db'` in `process.env.DB_HOST ?? 'db'`. */
export function fallbackOf(node: Node): string | undefined {
  if (node.type === 'LogicalExpression' && node.operator !== '&&') return stringOf(node.right)
  return node.type === 'ConditionalExpression' ? stringOf(node.alternate) : undefined
}
