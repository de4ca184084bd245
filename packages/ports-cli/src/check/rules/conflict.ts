import { groupBy } from '../../group-by.js'
import type { Occurrence } from '../occurrence.js'
import { isOfTargets } from '../silence.js'
import { isRight, type Context, type ProjectRule, type Verdict } from './rule.js'

/** Two publications of one host port that can run at once. */
export const conflict: ProjectRule = {
  name: 'conflict',
  why: 'Only the first of them starts.',
  fix: 'Publish one of them on another port.',
  *judgeAll(occurrences, context) {
    const published = occurrences.filter(
      ({ kind, path, role, publication }) =>
        kind !== 'document' && role === 'publish' && publication && !isOfTargets(path),
    )
    yield* findPairs(published, ({ port, publication }) => `${port}/${publication!.protocol}`, context, samePort)
    const movable = published.filter(({ override }) => override !== undefined)
    yield* findPairs(movable, ({ override }) => override!, context, sameVariable)
  },
}

type Describe = (one: Occurrence, other: Occurrence) => string | undefined

const samePort: Describe = ({ port }, other) => `Port ${port} is also published in ${other.file}:${other.line}`

const sameVariable: Describe = ({ port, override }, other) =>
  port === other.port
    ? undefined
    : `${override} also sets the port in ${other.file}:${other.line}; both get one port when it is set`

function* findPairs(
  published: readonly Occurrence[],
  keyOf: (occurrence: Occurrence) => string,
  context: Context,
  describe: Describe,
): Iterable<readonly [Occurrence, Verdict]> {
  for (const group of groupBy(published, keyOf).values()) {
    const owners = new Set(group.filter((each) => isOwner(each, context)))
    const reported = new Set<Occurrence>()
    for (const [index, later] of group.entries()) {
      const isRightful = owners.has(later)
      for (let at = 0; at < index && !reported.has(later); at++) {
        const earlier = group[at]!
        const isEarlierWrong = isRightful && !owners.has(earlier)
        const [wrong, right] = isEarlierWrong ? [earlier, later] : [later, earlier]
        if (reported.has(wrong) || !canRunTogether(earlier, later)) continue
        const message = describe(wrong, right)
        if (message === undefined) continue
        reported.add(wrong)
        yield [wrong, { severity: 'error', service: wrong.attribution?.services[0], message }]
      }
    }
  }
}

function isOwner(occurrence: Occurrence, { registry }: Context): boolean {
  return occurrence.attribution !== undefined && isRight(occurrence, registry)
}

function canRunTogether(one: Occurrence, other: Occurrence): boolean {
  if (one.root === other.root && !areOneProject(one, other)) return false
  // An override file repeats a service's entry.
  if (one.root === other.root && one.group === other.group && one.path !== other.path) return false
  return overlap(one.publication!.address, other.publication!.address) && shareProfile(one, other)
}

/** One file, or a compose file and its override file; other files of a directory are alternatives. */
function areOneProject({ path: one }: Occurrence, { path: other }: Occurrence): boolean {
  return one === other || withoutOverride(one) === withoutOverride(other)
}

function withoutOverride(path: string): string {
  return path.replace(/\.override(?=\.ya?ml$)/, '')
}

function overlap(one: string | undefined, other: string | undefined): boolean {
  return isAny(one) || isAny(other) || one === other
}

function isAny(address: string | undefined): boolean {
  return address === undefined || address === '0.0.0.0' || address === ''
}

/** Services with different profiles are alternatives. */
function shareProfile({ publication: one }: Occurrence, { publication: other }: Occurrence): boolean {
  const profiles = one!.profiles
  return !profiles || !other!.profiles || other!.profiles.some((profile) => profiles.includes(profile))
}
