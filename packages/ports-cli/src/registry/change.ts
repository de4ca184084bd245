import type { RangeDefinition, RetiredService, ServiceDefinition } from '@driftos/ports'
import type { RegistryDefinition } from '@driftos/ports/define'

/** What a release has to be. */
export type Bump = 'none' | 'patch' | 'minor' | 'major'

/** One thing that differs between two registries. */
export interface Change {
  /** What kind of change it is, such as `port changed`. */
  readonly kind: string
  /** The release that it demands. */
  readonly bump: Exclude<Bump, 'none'>
  /** The service, range or move that it is about. */
  readonly subject: string
  /** Undefined where there was nothing, and so for `after`. */
  readonly before?: string | number | undefined
  readonly after?: string | number | undefined
}

const bumps: readonly Bump[] = ['none', 'patch', 'minor', 'major']

/** The greatest of some bumps; none of none. */
export function greatest(all: readonly Bump[]): Bump {
  return bumps[Math.max(0, ...all.map((bump) => bumps.indexOf(bump)))]!
}

/** Whether a bump is at least as great as another. */
export function isEnough(bump: Bump, demanded: Bump): boolean {
  return bumps.indexOf(bump) >= bumps.indexOf(demanded)
}

type Tables = Required<RegistryDefinition>
/** An entry that both registries have. */
type Pair<Entry> = readonly [name: string, before: Entry, after: Entry]

/** One kind of change: all of it that there is between two registries. */
export type Rule = (before: Tables, after: Tables) => Change[]

/** The services that both have. */
export function keptServices(before: Tables, after: Tables): Pair<ServiceDefinition>[] {
  return kept(before.services, after.services)
}

/** The ranges that both have. */
export function keptRanges(before: Tables, after: Tables): Pair<RangeDefinition>[] {
  return kept(before.ranges, after.ranges)
}

/** The tombstones that both have. */
export function keptTombstones(before: Tables, after: Tables): Pair<RetiredService>[] {
  return kept(before.retired, after.retired)
}

/** The entries of one table that another does not have. */
export function only<Entry>(
  table: Readonly<Record<string, Entry>>,
  other: Readonly<Record<string, Entry>>,
): [name: string, entry: Entry][] {
  return Object.entries(table).filter(([name]) => !Object.hasOwn(other, name))
}

function kept<Entry>(before: Readonly<Record<string, Entry>>, after: Readonly<Record<string, Entry>>): Pair<Entry>[] {
  return Object.entries(before).flatMap(([name, entry]) =>
    Object.hasOwn(after, name) ? [[name, entry, after[name]!] as const] : [],
  )
}
