import type { Move, RangeDefinition, ServiceDefinition } from '@driftos/ports'
import type { RegistryDefinition } from '@driftos/ports/define'
import { keptRanges, keptServices, keptTombstones, only, type Change, type Rule } from './change.js'

/** Everything that differs between two registries, kind by kind. */
export function compare(before: RegistryDefinition, after: RegistryDefinition): Change[] {
  const then = { retired: {}, ...before }
  const now = { retired: {}, ...after }
  return rules.flatMap((rule) => rule(then, now))
}

const servicesRemoved: Rule = (before, after) =>
  only(before.services, after.services).map(([subject, { port }]) => ({
    kind: Object.hasOwn(after.retired, subject) ? 'service retired' : 'service removed',
    bump: 'major',
    subject,
    before: port,
  }))

const servicesAdded: Rule = (before, after) =>
  only(after.services, before.services).map(([subject, { port }]) => ({
    kind: 'service added',
    bump: 'minor',
    subject,
    after: port,
  }))

const portsChanged = fieldChanged('port', 'port changed')
const variablesChanged = fieldChanged('variable', 'variable changed')
const schemesChanged = fieldChanged('scheme', 'scheme changed')
const containerPortsChanged = fieldChanged('containerPort', 'container port changed')
const containerNamesChanged = fieldChanged('containerName', 'container name changed')
const healthPathsChanged = fieldChanged('healthPath', 'health path changed')
const healthTextsChanged = fieldChanged('healthText', 'health text changed')
const metricsPathsChanged = fieldChanged('metricsPath', 'metrics path changed')
const groupsChanged = fieldChanged('group', 'group changed')
const statusesChanged = fieldChanged('status', 'status changed')
const summariesChanged = fieldChanged('summary', 'summary changed', 'patch')
const aliasesChanged: Rule = (before, after) =>
  keptServices(before, after).flatMap(([subject, then, now]) =>
    changed('aliases changed', 'patch', subject, then.aliases?.join(', '), now.aliases?.join(', ')),
  )
const reuseNotesChanged = fieldChanged('reuses', 'note on a reuse changed', 'patch')

const rangesRemoved: Rule = (before, after) =>
  only(before.ranges, after.ranges).map(([subject, range]) => ({
    kind: 'range removed',
    bump: 'major',
    subject,
    before: formatSpan(range),
  }))

const rangesAdded: Rule = (before, after) =>
  only(after.ranges, before.ranges).map(([subject, range]) => ({
    kind: 'range added',
    bump: 'minor',
    subject,
    after: formatSpan(range),
  }))

const rangesChanged: Rule = (before, after) =>
  keptRanges(before, after).flatMap(([subject, then, now]) =>
    changed('range changed', 'major', subject, formatSpan(then), formatSpan(now)),
  )

const reservationsChanged: Rule = (before, after) =>
  keptRanges(before, after).flatMap(([subject, then, now]) =>
    changed('reservation changed', 'major', subject, formatSpan(then.reserved), formatSpan(now.reserved)),
  )

const rangeSummariesChanged: Rule = (before, after) =>
  keptRanges(before, after).flatMap(([subject, then, now]) =>
    changed('summary of a range changed', 'patch', subject, then.summary, now.summary),
  )

/** A retired number is a value too: the type of retired ports is made of what the history says was left. */
const movesRemoved: Rule = (before, after) =>
  unmatched(before.history, after.history).map(({ service, from, to }) => ({
    kind: 'move removed from the history',
    bump: 'major',
    subject: service,
    before: `${from} -> ${to}`,
  }))

const movesAdded: Rule = (before, after) =>
  unmatched(after.history, before.history)
    // A port that changed says so itself.
    .filter(({ service }) => after.services[service]?.port === before.services[service]?.port)
    .map(({ service, from, to }) => ({
      kind: 'move added to the history',
      bump: 'minor',
      subject: service,
      after: `${from} -> ${to}`,
    }))

const reasonsChanged: Rule = (before, after) => {
  const reasons = new Map(numbered(before.history).map(([key, { reason }]) => [key, reason]))
  return numbered(after.history).flatMap(([key, { service, reason }]) =>
    changed('reason of a move changed', 'patch', service, reasons.get(key) ?? reason, reason),
  )
}

const tombstonesRemoved: Rule = (before, after) =>
  only(before.retired, after.retired).map(([subject, { port }]) => ({
    kind: 'tombstone removed',
    bump: 'major',
    subject,
    before: port,
  }))

const tombstonesAdded: Rule = (before, after) =>
  only(after.retired, before.retired)
    // A service that was retired says so itself.
    .filter(([subject]) => !Object.hasOwn(before.services, subject))
    .map(([subject, { port }]) => ({ kind: 'tombstone added', bump: 'minor', subject, after: port }))

const tombstonesChanged: Rule = (before, after) =>
  keptTombstones(before, after).flatMap(([subject, then, now]) =>
    changed('port of a tombstone changed', 'major', subject, then.port, now.port),
  )

const epitaphsChanged: Rule = (before, after) =>
  keptTombstones(before, after).flatMap(([subject, then, now]) =>
    changed('reason of a retirement changed', 'patch', subject, then.reason, now.reason),
  )

/** What the registry's semver says: what a program can read and that changes or goes is major, what comes is minor, words are patch. */
export const rules: readonly Rule[] = [
  servicesRemoved,
  portsChanged,
  variablesChanged,
  schemesChanged,
  containerPortsChanged,
  containerNamesChanged,
  healthPathsChanged,
  healthTextsChanged,
  metricsPathsChanged,
  groupsChanged,
  statusesChanged,
  rangesRemoved,
  rangesChanged,
  reservationsChanged,
  movesRemoved,
  tombstonesRemoved,
  tombstonesChanged,
  servicesAdded,
  rangesAdded,
  movesAdded,
  tombstonesAdded,
  summariesChanged,
  aliasesChanged,
  reuseNotesChanged,
  rangeSummariesChanged,
  reasonsChanged,
  epitaphsChanged,
]

function fieldChanged(
  field: Exclude<keyof ServiceDefinition, 'aliases'>,
  kind: string,
  bump: Change['bump'] = 'major',
): Rule {
  return (before, after) =>
    keptServices(before, after).flatMap(([subject, then, now]) => changed(kind, bump, subject, then[field], now[field]))
}

function changed(
  kind: string,
  bump: Change['bump'],
  subject: string,
  before: Change['before'],
  after: Change['after'],
): Change[] {
  return before === after ? [] : [{ kind, bump, subject, before, after }]
}

function formatSpan(span: Pick<RangeDefinition, 'first' | 'last'> | undefined): string | undefined {
  return span && `${span.first}-${span.last}`
}

/** The moves that another history does not have as often. */
function unmatched(moves: readonly Move[], others: readonly Move[]): Move[] {
  const known = new Set(numbered(others).map(([key]) => key))
  return numbered(moves).flatMap(([key, move]) => (known.has(key) ? [] : [move]))
}

/** Moves under a key that tells the first of several alike from the second. */
function numbered(moves: readonly Move[]): (readonly [key: string, move: Move])[] {
  const counts = new Map<string, number>()
  return moves.map((move) => {
    const key = `${move.service} ${move.from} ${move.to}`
    const count = (counts.get(key) ?? 0) + 1
    counts.set(key, count)
    return [`${key} ${count}`, move]
  })
}
