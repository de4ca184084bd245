import type { Move, RangeDefinition, RetiredService, ServiceDefinition } from '@driftos/ports/define'
import { groupBy } from '../group-by.js'
import { own } from './fold.js'
import type { Tables } from '../project/source.js'

const bumps = ['none', 'patch', 'minor', 'major'] as const

/** The size of a release. */
export type Bump = (typeof bumps)[number]

/** One difference between two registries. */
export interface Change {
  /** What differs, such as `port changed`. */
  readonly kind: string
  readonly bump: Exclude<Bump, 'none'>
  /** The name of the service or range. */
  readonly subject: string
  /** Undefined for an addition. */
  readonly before?: string | number | undefined
  /** Undefined for a removal. */
  readonly after?: string | number | undefined
}

/** Finds the changes of one kind. */
export type Rule = (before: Tables, after: Tables) => Change[]

/** Returns the largest of some bumps, and `none` for an empty list. */
export function greatest(all: readonly Bump[]): Bump {
  return bumps[Math.max(0, ...all.map((bump) => bumps.indexOf(bump)))]!
}

/** Whether a bump is at least as large as a required one. */
export function isEnough(bump: Bump, required: Bump): boolean {
  return bumps.indexOf(bump) >= bumps.indexOf(required)
}

/** Returns everything that differs between two registries, by kind. */
export function compare(before: Tables, after: Tables): Change[] {
  return rules.flatMap((rule) => rule(before, after))
}

/** The entries of a table. The key of each starts with the name of its service or range, before a blank. */
type Part<Entry> = (tables: Tables) => ReadonlyMap<string, Entry>

const services: Part<ServiceDefinition> = (tables) => new Map(Object.entries(tables.services))
const ranges: Part<RangeDefinition> = (tables) => new Map(Object.entries(tables.ranges))
const retired: Part<RetiredService> = (tables) => new Map(Object.entries(tables.retired))
/** Equal moves have different keys. */
const moves: Part<Move> = ({ history }) => {
  const equal = groupBy(history, ({ service, from, to }) => `${service} ${from} ${to}`)
  return new Map([...equal].flatMap(([key, group]) => group.map((move, index) => [`${key} ${index}`, move] as const)))
}

/** Whether a change of a service or range is of a kind, and not of another one. */
type Condition = (subject: string, before: Tables, after: Tables) => boolean

/** Returns the rule that finds the entries of a table that were removed or added, or of which a value changed. */
function find<Entry>(
  part: Part<Entry>,
  what: 'removed' | 'added' | 'changed',
  kind: string,
  bump: Change['bump'],
  show: (entry: Entry) => Change['before'],
  condition: Condition = () => true,
): Rule {
  return (tablesBefore, tablesAfter) => {
    const [then, now] = [part(tablesBefore), part(tablesAfter)]
    return [...new Set([...then.keys(), ...now.keys()])].flatMap((key) => {
      const [was, is] = [then.get(key), now.get(key)]
      const [before, after] = [was && show(was), is && show(is)]
      const subject = key.split(' ')[0]!
      const isFound = what === (was ? (is ? 'changed' : 'removed') : 'added') && before !== after
      return isFound && condition(subject, tablesBefore, tablesAfter) ? [{ kind, bump, subject, before, after }] : []
    })
  }
}

const port = (entry: { readonly port: number }) => entry.port
const step = ({ from, to }: Move) => `${from} -> ${to}`
const span = ({ first, last }: Pick<RangeDefinition, 'first' | 'last'>) => `${first}-${last}`
const reason = (entry: { readonly reason: string }) => entry.reason
const field = (name: Exclude<keyof ServiceDefinition, 'aliases'>) => (service: ServiceDefinition) => service[name]
const isRetired: Condition = (name, _, after) => Object.hasOwn(after.retired, name)
const isNoService: Condition = (name, before) => !Object.hasOwn(before.services, name)
const isOnSamePort: Condition = (name, before, after) =>
  own(before.services, name)?.port === own(after.services, name)?.port

/**
 * A value that a program reads and that changes or disappears is major, a new one is minor, and words are patch. A retired
 * port is a value too: the type of retired ports is built from the history.
 */
export const rules: readonly Rule[] = [
  find(services, 'removed', 'service retired', 'major', port, isRetired),
  find(services, 'removed', 'service removed', 'major', port, (...change) => !isRetired(...change)),
  find(services, 'changed', 'port changed', 'major', port),
  find(services, 'changed', 'variable changed', 'major', field('variable')),
  find(services, 'changed', 'scheme changed', 'major', field('scheme')),
  find(services, 'changed', 'container port changed', 'major', field('containerPort')),
  find(services, 'changed', 'container name changed', 'major', field('containerName')),
  find(services, 'changed', 'health path changed', 'major', field('healthPath')),
  find(services, 'changed', 'health text changed', 'major', field('healthText')),
  find(services, 'changed', 'metrics path changed', 'major', field('metricsPath')),
  find(services, 'changed', 'group changed', 'major', field('group')),
  find(services, 'changed', 'status changed', 'major', field('status')),
  find(ranges, 'removed', 'range removed', 'major', span),
  find(ranges, 'changed', 'range changed', 'major', span),
  find(ranges, 'changed', 'reservation changed', 'major', ({ reserved }) => reserved && span(reserved)),
  find(moves, 'removed', 'move removed from the history', 'major', step),
  find(retired, 'removed', 'tombstone removed', 'major', port),
  find(retired, 'changed', 'port of a tombstone changed', 'major', port),
  find(services, 'added', 'service added', 'minor', port),
  find(ranges, 'added', 'range added', 'minor', span),
  // `port changed` covers the move of a port that changed.
  find(moves, 'added', 'move added to the history', 'minor', step, isOnSamePort),
  // `service retired` covers the tombstone of a service that was there.
  find(retired, 'added', 'tombstone added', 'minor', port, isNoService),
  find(services, 'changed', 'summary changed', 'patch', field('summary')),
  find(services, 'changed', 'aliases changed', 'patch', ({ aliases }) => aliases?.join(', ')),
  find(services, 'changed', 'note on a reuse changed', 'patch', field('reuses')),
  find(services, 'changed', 'reason for the pinned port changed', 'patch', field('pinned')),
  find(ranges, 'changed', 'summary of a range changed', 'patch', ({ summary }) => summary),
  find(moves, 'changed', 'reason of a move changed', 'patch', reason),
  find(retired, 'changed', 'reason of a retirement changed', 'patch', reason),
]
