import { findAddress } from '../text/address.js'
import { sight } from '../sight.js'
import { shift, type Clue, type Sighting } from '../sighting.js'
import { readCommand } from './command.js'
import type { Spelling } from './place.js'

/** Hosts by which a container reaches the machine that it runs on. */
export const dockerHost =
  /^(?:host\.docker\.internal|gateway\.docker\.internal|host\.containers\.internal|docker\.for\.(?:mac|win)\.(?:localhost|host\.internal)|host-gateway|172\.17\.0\.1|10\.0\.2\.2)$/i

/** The same sightings as what runs in a container means them: `localhost` is the container, unless Docker's host is named. */
export function insideContainer(sightings: readonly Sighting[], raw: string): Sighting[] {
  return sightings.map((sighting) => {
    if (sighting.side === 'container' || sighting.isRemote === true || sighting.role === 'publish') return sighting
    const host = findAddress(raw.slice(Math.max(0, sighting.start - 160), sighting.start))?.host ?? ''
    return dockerHost.test(host) ? sighting : { ...sighting, side: 'container' }
  })
}

/**
 * The ports in a command that runs in a container: its flags and `localhost` are the container's own, an address of
 * another host is that host's.
 */
export function readContainerCommand(
  words: readonly Spelling[],
  text: string,
  owner: readonly Clue[],
  isContained = true,
): Sighting[] {
  const found = readCommand(words)
  return withOwner(isContained ? insideContainer(found, text) : found, owner)
}

function withOwner(sightings: readonly Sighting[], owner: readonly Clue[]): Sighting[] {
  return sightings.map((sighting) =>
    sighting.clues.some(({ kind }) => kind === 'name')
      ? sighting
      : { ...sighting, clues: [...owner, ...sighting.clues] },
  )
}

/** Addresses of hosts whose names are known: `core:3001` beside a service `core`, wherever it stands in a value or command. */
export function readKnownHosts(
  { raw, start }: Spelling,
  isHost: (name: string) => boolean,
  clues: readonly Clue[] = [],
): Sighting[] {
  const found = [...raw.matchAll(/(?<![\w./-])([A-Za-z][\w.-]{0,60}):(\d{2,5})(?![\w:.])/dg)].flatMap((match) => {
    const [from, to] = match.indices![2]!
    return isHost(match[1]!)
      ? sight(raw, from, to, 'url', 'container', [...clues, { kind: 'name', text: match[1]! }])
      : []
  })
  return shift(found, start)
}
