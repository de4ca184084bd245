/** What a number does that was taken for a port. */
export type Role =
  | 'listen'
  | 'publish'
  | 'expose'
  | 'container'
  | 'url'
  | 'env value'
  | 'env default'
  | 'scrape target'
  | 'flag'
  | 'table cell'
  | 'prose'

/** Whether a port is this machine's or one inside a container. */
export type Side = 'host' | 'container'

/** Something beside a number that says whose port it is. */
export interface Clue {
  /**
   * `variable`: the name whose value the number is, such as `GRAFANA_PORT`, `apiUrl` or a key.
   * `name`: what the thing that has the port is called: a compose service, a container, a host, a job.
   * `image`: the container image that has the port.
   * `label`: words attached to the number, such as "Grafana" in "Grafana: http://localhost:3010".
   * `context`: words further off, such as a heading or a comment above: they hint and prove nothing.
   */
  readonly kind: 'variable' | 'name' | 'image' | 'label' | 'context'
  readonly text: string
}

/** What a published port is besides its number, as far as it is said. */
export interface Publication {
  /** The address of the host; undefined for all of them, or an unknown one. */
  readonly address?: string | undefined
  /** In lower case; TCP where it is not said. */
  readonly protocol?: string | undefined
  /** The compose profiles that start it; undefined where it starts with any. */
  readonly profiles?: readonly string[] | undefined
  /** Whether its profiles stand elsewhere, if it has any. */
  readonly mayHaveProfiles?: boolean | undefined
}

/** A number that a reader took for a port. */
export interface Sighting {
  /** Where the number begins in the text, in UTF-16 code units from 0. */
  readonly start: number
  /** Where it ends: the first code unit behind it. */
  readonly end: number
  readonly port: number
  readonly role: Role
  readonly side: Side
  /** What says whose port it is, the strongest first; none where nothing does. */
  readonly clues: readonly Clue[]
  /** Whether it is reached on a machine that is surely another one, such as `https://example.com:8443`. */
  readonly isRemote?: boolean
  /** Whether it is told of the past, as in "moved from 3003 to 3000": no finding, whatever it is. */
  readonly isPast?: boolean
  /** The number at the other end of a published range, such as 3005 in `3000-3005:3000-3005`. */
  readonly rangeEnd?: number
  readonly publication?: Publication
}

/** Reads one kind of file: every number that is taken for a port, in the order of the text. Never throws. */
export type Reader = (text: string, path: string) => Sighting[]

/** The same sightings in a text that holds the one that was read, from `offset` on. */
export function shift(sightings: readonly Sighting[], offset: number): Sighting[] {
  return sightings.map((sighting) => ({ ...sighting, start: sighting.start + offset, end: sighting.end + offset }))
}

/** The same sightings with further clues behind their own. */
export function withClues(sightings: readonly Sighting[], clues: readonly Clue[]): Sighting[] {
  return sightings.map((sighting) => ({ ...sighting, clues: [...sighting.clues, ...clues] }))
}

/** What ports go up to: far more often told as such than held by anybody. */
const limit = 65_535

/** The port that a number's text spells: decimal digits, underscores between them; undefined for what is none. */
export function parsePortText(text: string): number | undefined {
  if (!/^[1-9]\d{0,2}(?:_?\d{3})?$|^[1-9]\d{0,4}$/.test(text)) return undefined
  const port = Number(text.replace('_', ''))
  return port < limit ? port : undefined
}
