import { dirname } from 'node:path'
import { groupBy } from '../../group-by.js'
import type { Publication } from '@driftos/port-scanner'
import { holderOf, isOfWorkflow, type Occurrence, type RegistryView, type Rule, type Verdict } from './rule.js'

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
      const identities = new Set<string>()
      const others: Occurrence[] = []
      for (const holder of holders) {
        const rival = others.find((other) => isRival(other, holder))
        if (rival && !found.has(holder)) found.set(holder, describe(port, rival, holder))
        const identity = identify(holder)
        if (!identities.has(identity)) others.push(holder)
        identities.add(identity)
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

/** Commands in scripts and documents are alternatives; what a file declares is started together, on its own machine. */
function isDeclaration(occurrence: Occurrence): boolean {
  return occurrence.kind === 'yaml' && !isOfWorkflow(occurrence)
}

function isRival(one: Occurrence, other: Occurrence): boolean {
  const isSameName = nameOf(one) === nameOf(other)
  // An override of a service stands beside it, also where both files are given by themselves.
  if (isSameName && (one.root === other.root || folderOf(one) === folderOf(other))) return false
  return isMeeting(one.publication, other.publication)
}

/** Whether two publications of a number can meet: by one protocol, at one address, at one time. */
function isMeeting(one: Publication = {}, other: Publication = {}): boolean {
  const { protocol = 'tcp', address, profiles } = one
  if (protocol !== (other.protocol ?? 'tcp')) return false
  if (address !== undefined && other.address !== undefined && address !== other.address) return false
  return !profiles || !other.profiles || profiles.some((profile) => other.profiles!.includes(profile))
}

/** Whether two publications may be of different profiles, which stand where nobody sees them. */
function mayBeAlternatives(one: Publication = {}, other: Publication = {}): boolean {
  const isOptional = [one, other].every(({ profiles, mayHaveProfiles }) => profiles || mayHaveProfiles)
  return isOptional && (one.mayHaveProfiles ?? other.mayHaveProfiles ?? false)
}

/** What is alike in this has the same rivals. */
function identify(occurrence: Occurrence): string {
  return JSON.stringify([occurrence.root, folderOf(occurrence), nameOf(occurrence), occurrence.publication])
}

function describe(port: number, one: Occurrence, other: Occurrence): Verdict {
  const isTogether = one.root !== other.root || folderOf(one) === folderOf(other)
  const isSure = isTogether && !mayBeAlternatives(one.publication, other.publication)
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

function folderOf({ location }: Occurrence): string {
  return dirname(location)
}
