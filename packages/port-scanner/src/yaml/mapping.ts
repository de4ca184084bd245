import { sight } from '../sight.js'
import { shift, type Clue, type Publication, type Sighting } from '../sighting.js'
import { splitWords } from '../words.js'
import type { Spelling } from './place.js'

/** What stands between two colons. */
interface Part {
  readonly start: number
  readonly end: number
}

/**
 * The short form of a published port: `3000`, `3000:3000`, `127.0.0.1:${PORT:-3001}:3000`, `[::1]:80-90:80-90/tcp`.
 * What stands alone is inside the container; the host's port is then any.
 */
export function readPortMapping({ raw, start }: Spelling, clues: readonly Clue[]): Sighting[] {
  const parts = splitMapping(raw)
  const inner = parts.at(-1)
  const outer = parts.length > 1 ? parts.at(-2) : undefined
  const published = outer ? withPublication(readPart(raw, outer, 'publish', clues), publicationOf(raw, parts)) : []
  const contained = inner ? readPart(raw, inner, 'container', clues) : []
  return shift([...published, ...contained], start)
}

/** A number, a range, or the default of a substitution, as the value of something that is a port. */
export function readPortNumber({ raw, start }: Spelling, role: PortRole, clues: readonly Clue[]): Sighting[] {
  return shift(readPart(raw, { start: 0, end: raw.length }, role, clues), start)
}

/** The same sightings, with what is said of the ports that are published. */
export function withPublication(
  sightings: readonly Sighting[],
  { address: spelled, protocol, profiles, mayHaveProfiles }: Publication,
): Sighting[] {
  // A variable's default is its value; without one nobody knows.
  const address = spelled?.startsWith('$') ? /:?-([\w.:[\]]+)\}$/.exec(spelled)?.[1] : spelled
  const isAny = address === undefined || /^(?:0\.0\.0\.0|\[?::\]?|\*)$/.test(address)
  const publication: Publication = {
    ...(!isAny && { address: address.replaceAll(/[[\]]/g, '') }),
    ...(protocol !== undefined && { protocol: protocol.toLowerCase() }),
    ...(profiles && profiles.length > 0 && { profiles }),
    ...(mayHaveProfiles && { mayHaveProfiles }),
  }
  return sightings.map((sighting) =>
    sighting.role === 'publish' ? { ...sighting, publication: { ...sighting.publication, ...publication } } : sighting,
  )
}

function publicationOf(raw: string, parts: readonly Part[]): Publication {
  const textOf = (part: Part | undefined) => part && raw.slice(part.start, part.end).trim()
  return { address: textOf(parts.at(-3)), protocol: /\/(tcp|udp|sctp)$/i.exec(textOf(parts.at(-1)) ?? '')?.[1] }
}

type PortRole = 'publish' | 'container' | 'expose'

/** The parts between colons that stand in no substitution and no brackets. */
function splitMapping(raw: string): Part[] {
  const parts: Part[] = []
  let depth = 0
  let start = 0
  for (let at = 0; at < raw.length; at++) {
    const character = raw[at]!
    if (character === '{' || character === '[') depth++
    else if (character === '}' || character === ']') depth--
    else if (character === ':' && depth <= 0) {
      parts.push({ start, end: at })
      start = at + 1
    }
  }
  parts.push({ start, end: raw.length })
  return parts
}

function readPart(
  raw: string,
  part: Part,
  role: 'publish' | 'container' | 'expose',
  clues: readonly Clue[],
): Sighting[] {
  const side = role === 'publish' ? 'host' : 'container'
  const text = raw.slice(part.start, part.end)
  const plain = /^[ \t]{0,9}(\d{1,5})(?:-(\d{1,5}))?(?:\/(?:tcp|udp|sctp))?\s{0,9}$/d.exec(text)
  if (plain?.indices) {
    const [first, last] = [plain.indices[1]!, plain.indices[2]]
    const start = sight(raw, part.start + first[0], part.start + first[1], role, side, clues)
    if (!last) return start
    return [
      ...withRangeEnd(start, Number(plain[2])),
      ...sight(raw, part.start + last[0], part.start + last[1], role, side, clues),
    ]
  }
  const defaults = findSubstitutionDefaults(text)
  return defaults.flatMap(({ start, end, variable }) =>
    sight(raw, part.start + start, part.start + end, role, side, withVariable(clues, variable)),
  )
}

/**
 * The clues of a service and the variable that moves its port. What says more goes first: `EMBED_GRAFANA_PORT` before
 * `grafana`, which goes before `API_PORT`.
 */
function withVariable(clues: readonly Clue[], variable: string): Clue[] {
  const clue: Clue = { kind: 'variable', text: variable }
  const words = splitWords(variable)
  const names = clues.filter(({ kind }) => kind === 'name')
  const isTelling = names.length === 0 || splitWords(names[0]!.text).every((word) => words.includes(word))
  return isTelling ? [clue, ...clues] : [...names, clue, ...clues.filter(({ kind }) => kind !== 'name')]
}

function withRangeEnd(sightings: readonly Sighting[], rangeEnd: number): Sighting[] {
  return sightings.map((sighting) => ({ ...sighting, rangeEnd }))
}

/** A number that stands in for a variable: `${PORT:-3000}`, `${PORT-3000}`, Spring's `${PORT:3000}`. */
export interface SubstitutionDefault {
  readonly start: number
  readonly end: number
  readonly variable: string
}

/** The defaults of a text's substitutions that are nothing but a number, or one behind an address. */
export function findSubstitutionDefaults(text: string): SubstitutionDefault[] {
  const defaults: SubstitutionDefault[] = []
  for (const match of text.matchAll(
    /\$\{([A-Za-z_][\w.-]{0,80}?)(?::?[-=]|:)["']?(?:(?:\d{1,3}\.){3}\d{1,3}:)?(\d{1,5})["']?\}/dg,
  )) {
    const [start, end] = match.indices![2]!
    defaults.push({ start, end, variable: match[1]! })
  }
  return defaults
}
