import type { Move, RangeDefinition, ServiceDefinition } from '@driftos/ports/define'
import { own } from './fold.js'
import type { Tables } from '../project/source.js'

const bumps = ['none', 'patch', 'minor', 'major'] as const

/** The size of a release. */
export type Bump = (typeof bumps)[number]

/** One difference between two registries. */
export interface Change {
  /** What differs, such as `port changed`. */
  readonly kind: string
  /** The release that the change requires. */
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

type Value = Change['before']
type Read<Entry> = (tables: Tables) => Readonly<Record<string, Entry>>
type Show<Entry> = (entry: Entry) => Value

function removed<Entry>(read: Read<Entry>, kind: string, show: Show<Entry>): Rule {
  return (before, after) =>
    only(read(before), read(after)).map(([subject, entry]) => ({ kind, bump: 'major', subject, before: show(entry) }))
}

function added<Entry>(read: Read<Entry>, kind: string, show: Show<Entry>): Rule {
  return (before, after) =>
    only(read(after), read(before)).map(([subject, entry]) => ({ kind, bump: 'minor', subject, after: show(entry) }))
}

function changed<Entry>(read: Read<Entry>, kind: string, bump: Change['bump'], show: Show<Entry>): Rule {
  return (before, after) =>
    Object.entries(read(before)).flatMap(([subject, then]) => {
      const now = own(read(after), subject)
      if (!now || show(then) === show(now)) return []
      return [{ kind, bump, subject, before: show(then), after: show(now) }]
    })
}

const services = (tables: Tables) => tables.services
const ranges = (tables: Tables) => tables.ranges
const retired = (tables: Tables) => tables.retired
const port = (entry: { readonly port: number }) => entry.port
const span = ({ first, last }: Pick<RangeDefinition, 'first' | 'last'>) => `${first}-${last}`
const field = (name: Exclude<keyof ServiceDefinition, 'aliases'>) => (service: ServiceDefinition) => service[name]

const serviceRemoved: Rule = (before, after) =>
  removed(
    services,
    'service removed',
    port,
  )(before, after).map((change) =>
    own(after.retired, change.subject) ? Object.assign(change, { kind: 'service retired' }) : change,
  )

/** A retired port is a value too: the type of retired ports is built from the history. */
const moveRemoved: Rule = (before, after) =>
  unmatched(before.history, after.history).map(({ service, from, to }) => ({
    kind: 'move removed from the history',
    bump: 'major',
    subject: service,
    before: `${from} -> ${to}`,
  }))

const moveAdded: Rule = (before, after) =>
  unmatched(after.history, before.history)
    // `port changed` covers the move of a port that changed.
    .filter(({ service }) => own(after.services, service)?.port === own(before.services, service)?.port)
    .map(({ service, from, to }) => ({
      kind: 'move added to the history',
      bump: 'minor',
      subject: service,
      after: `${from} -> ${to}`,
    }))

const reasonChanged: Rule = (before, after) => {
  const reasons = new Map(numbered(before.history).map(([key, { reason }]) => [key, reason]))
  return numbered(after.history).flatMap(([key, { service: subject, reason }]) => {
    const then = reasons.get(key) ?? reason
    return then === reason
      ? []
      : [{ kind: 'reason of a move changed', bump: 'patch', subject, before: then, after: reason }]
  })
}

const tombstoneAdded: Rule = (before, after) =>
  added(
    retired,
    'tombstone added',
    port,
  )(before, after)
    // `service retired` covers the tombstone of a service that was there.
    .filter(({ subject }) => !own(before.services, subject))

/** A value that a program reads and that changes or disappears is major, a new one is minor, and words are patch. */
export const rules: readonly Rule[] = [
  serviceRemoved,
  changed(services, 'port changed', 'major', port),
  changed(services, 'variable changed', 'major', field('variable')),
  changed(services, 'scheme changed', 'major', field('scheme')),
  changed(services, 'container port changed', 'major', field('containerPort')),
  changed(services, 'container name changed', 'major', field('containerName')),
  changed(services, 'health path changed', 'major', field('healthPath')),
  changed(services, 'health text changed', 'major', field('healthText')),
  changed(services, 'metrics path changed', 'major', field('metricsPath')),
  changed(services, 'group changed', 'major', field('group')),
  changed(services, 'status changed', 'major', field('status')),
  removed(ranges, 'range removed', span),
  changed(ranges, 'range changed', 'major', span),
  changed(ranges, 'reservation changed', 'major', ({ reserved }) => reserved && span(reserved)),
  moveRemoved,
  removed(retired, 'tombstone removed', port),
  changed(retired, 'port of a tombstone changed', 'major', port),
  added(services, 'service added', port),
  added(ranges, 'range added', span),
  moveAdded,
  tombstoneAdded,
  changed(services, 'summary changed', 'patch', field('summary')),
  changed(services, 'aliases changed', 'patch', ({ aliases }) => aliases?.join(', ')),
  changed(services, 'note on a reuse changed', 'patch', field('reuses')),
  changed(services, 'reason for the pinned port changed', 'patch', field('pinned')),
  changed(ranges, 'summary of a range changed', 'patch', ({ summary }) => summary),
  reasonChanged,
  changed(retired, 'reason of a retirement changed', 'patch', ({ reason }) => reason),
]

function only<Item>(
  table: Readonly<Record<string, Item>>,
  other: Readonly<Record<string, Item>>,
): [name: string, item: Item][] {
  return Object.entries(table).filter(([name]) => !Object.hasOwn(other, name))
}

/** Returns the moves that another history does not have as often. */
function unmatched(moves: readonly Move[], others: readonly Move[]): Move[] {
  const known = new Set(numbered(others).map(([key]) => key))
  return numbered(moves).flatMap(([key, move]) => (known.has(key) ? [] : [move]))
}

/** Returns moves with a key that is different for each of several equal ones. */
function numbered(moves: readonly Move[]): (readonly [key: string, move: Move])[] {
  const counts = new Map<string, number>()
  return moves.map((move) => {
    const key = `${move.service} ${move.from} ${move.to}`
    const count = (counts.get(key) ?? 0) + 1
    counts.set(key, count)
    return [`${key} ${count}`, move]
  })
}
