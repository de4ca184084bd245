import type { Node } from 'yaml'
import { readAssignment, type Spelled } from '../assignment.js'
import { isRootAddress } from '../names.js'
import type { Match } from '../match.js'
import { amend } from './yaml-dialect.js'
import { entriesOf, itemsOf, spell, textOf, get } from './tree.js'

/** A variable of a process. */
interface Variable {
  readonly name: string
  readonly value: Spelled
}

/** Returns the variables of a map, of a list of `KEY=value`, or of a list of `name` and `value`. */
function variablesOf(node: Node | undefined, text: string): Variable[] {
  return [
    ...entriesOf(node).flatMap(({ key, node: value }) => variable(key, spell(value, text))),
    ...itemsOf(node).flatMap((item) => {
      const spelled = spell(item, text)
      if (!spelled) return variable(textOf(get(item, 'name') ?? get(item, 'key')), spell(get(item, 'value'), text))
      const equals = spelled.text.indexOf('=')
      if (equals < 0) return []
      const value = unquote({ text: spelled.text.slice(equals + 1), start: spelled.start + equals + 1 })
      return variable(spelled.text.slice(0, equals), value)
    }),
  ]
}

function variable(name: string | undefined, value: Spelled | undefined): Variable[] {
  return name === undefined || value === undefined ? [] : [{ name, value }]
}

function unquote(value: Spelled): Spelled {
  return /^(["']).*\1$/.test(value.text) ? { text: value.text.slice(1, -1), start: value.start + 1 } : value
}

/** Returns the ports in the variables of a process on this machine. */
export function readEnvironment(node: Node | undefined, text: string): Match[] {
  const variables = variablesOf(node, text)
  const values = new Map(variables.map(({ name, value }) => [name, value.text]))
  return variables.flatMap(({ name, value }) => readAssignment(name, value, { sibling: (other) => values.get(other) }))
}

/** Returns the ports in the variables of a container: its own port is on the container's side. */
export function readContainerEnvironment(node: Node | undefined, text: string): Match[] {
  return amend(readEnvironment(node, text), ({ role, host, evidence, start }) => {
    if (role !== 'reach' || host !== 'local') return { side: 'container' }
    // An address of every interface is bound, not reached.
    if (/(?:0\.0\.0\.0|\[::\]):$/.test(text.slice(Math.max(0, start - 8), start)))
      return { side: 'container', role: 'listen' }
    return evidence.some((each) => each.kind === 'variable' && isRootAddress(each.text)) ? { side: 'host' } : {}
  })
}
