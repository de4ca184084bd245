import { groupBy } from '../group-by.js'
import { holderOf, type Occurrence, type RegistryView, type Rule, type Verdict } from './rule.js'

/** Two things publish one port of the host: whichever starts second does not. */
export const conflict: Rule & {
  judgeAll(occurrences: readonly Occurrence[], registry: RegistryView): (readonly [Occurrence, Verdict])[]
} = {
  name: 'conflict',
  why: 'only one of them can run',
  fix: 'give one of them another port, or its variable',
  judgeAll(occurrences, registry) {
    const found = new Map<Occurrence, Verdict>()
    for (const [port, publications] of groupBy(publicationsOf(occurrences), (publication) => publication.port)) {
      // Whose the number is stays; the others have to go.
      const owner = holderOf(port, registry)
      const holders = publications
        .map(({ occurrence }) => occurrence)
        .toSorted((one, other) => Number(isOwner(other, owner)) - Number(isOwner(one, owner)))
      const [first] = holders
      let second: Occurrence | undefined
      for (const holder of holders) {
        // Whoever is no rival of the first is a rival of the first one's rivals.
        const other = isRival(first!, holder) ? first : second
        if (other && !found.has(holder)) found.set(holder, describe(port, other, holder))
        if (other === first) second ??= holder
      }
    }
    return [...found]
  },
}

/** Each port that is published, with where: a range publishes all of its ports. */
function* publicationsOf(occurrences: readonly Occurrence[]) {
  for (const occurrence of occurrences) {
    if (occurrence.role !== 'publish' || occurrence.side !== 'host' || !isDeclaration(occurrence)) continue
    const last = Math.min(occurrence.rangeEnd ?? occurrence.port, occurrence.port + 1000)
    for (let port = occurrence.port; port <= last; port++) yield { port, occurrence }
  }
}

function isOwner({ meaning }: Occurrence, owner: string | undefined): boolean {
  return owner !== undefined && meaning?.service === owner
}

/** Commands in scripts and documents are alternatives; what a file declares is started together. */
function isDeclaration({ kind }: Occurrence): boolean {
  return kind === 'yaml'
}

function isRival(one: Occurrence, other: Occurrence): boolean {
  if (one.root !== other.root) return true
  return nameOf(one) !== nameOf(other)
}

function describe(port: number, one: Occurrence, other: Occurrence): Verdict {
  const isSure = one.root !== other.root || one.file === other.file || folderOf(one) === folderOf(other)
  const name = nameOf(one)
  return {
    severity: isSure ? 'error' : 'warning',
    service: other.meaning?.service,
    message: `${nameOf(other) || 'this'} publishes ${port}, which ${name || 'another'} publishes too (${one.file}:${one.line})`,
  }
}

function nameOf({ clues }: Occurrence): string {
  return clues.find(({ kind }) => kind === 'name')?.text ?? ''
}

function folderOf({ path }: Occurrence): string {
  return path.slice(0, path.lastIndexOf('/') + 1)
}
