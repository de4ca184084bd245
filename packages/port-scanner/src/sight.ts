import { parsePortText, type Clue, type Role, type Side, type Sighting } from './sighting.js'

/** The sighting of the number that `text` spells between two offsets; none where that is no port. */
export function sight(
  text: string,
  start: number,
  end: number,
  role: Role,
  side: Side = 'host',
  clues: readonly Clue[] = [],
): Sighting[] {
  const port = parsePortText(text.slice(start, end))
  return port === undefined ? [] : [{ start, end, port, role, side, clues }]
}

/**
 * One list in the order of the text. Of two sightings of one number the one of the earlier list wins, and the other's
 * clues stand behind its own.
 */
export function merge(...lists: readonly (readonly Sighting[])[]): Sighting[] {
  const merged = new Map<number, Sighting>()
  for (const sighting of lists.flat()) {
    const winner = merged.get(sighting.start)
    merged.set(sighting.start, winner ? join(winner, sighting) : sighting)
  }
  return [...merged.values()].toSorted((a, b) => a.start - b.start)
}

function join(winner: Sighting, other: Sighting): Sighting {
  const clues = [...winner.clues]
  for (const clue of other.clues) {
    // One label is enough: the loser's is the same one with less care.
    const isKnown = clues.some(({ kind, text }) => kind === clue.kind && (kind === 'label' || text === clue.text))
    if (!isKnown) clues.push(clue)
  }
  return { ...other, ...winner, clues }
}

/** The same sightings inside a container. */
export function inContainer(sightings: readonly Sighting[]): Sighting[] {
  return sightings.map((sighting) => ({ ...sighting, side: 'container' }))
}

/** The sightings in a value, with the name that it is given; a name inside the value stays before it. */
export function assign(sightings: readonly Sighting[], variable: Clue): Sighting[] {
  return sightings.map((sighting) => {
    const known = sighting.clues.filter(({ kind, text }) => kind !== variable.kind || text !== variable.text)
    const isNamed = known.some(({ kind }) => kind === 'variable')
    return { ...sighting, clues: isNamed ? [...known, variable] : [variable, ...known] }
  })
}
