import { readShell } from '../shell/read-shell.js'
import { merge, sight } from '../sight.js'
import { shift, type Sighting } from '../sighting.js'
import type { Spelling } from './place.js'

/** A command in YAML: one scalar, or a sequence whose words are read as one line. */
export function readCommand(words: readonly Spelling[]): Sighting[] {
  if (!words.some(({ raw }) => /\d/.test(raw))) return []
  const line = words.map(({ raw }) => raw).join(' ')
  const found = merge(readShell(line, ''), readListenFlags(line))
  const sightings: Sighting[] = []
  let wordAt = 0
  let word = 0
  for (const sighting of found) {
    while (word + 1 < words.length && wordAt + words[word]!.raw.length < sighting.start) {
      wordAt += words[word]!.raw.length + 1
      word++
    }
    sightings.push(...shift([sighting], words[word]!.start - wordAt))
  }
  return sightings
}

/** `--web.listen-address=:9090`. */
function readListenFlags(line: string): Sighting[] {
  return [
    ...line.matchAll(
      /(?<![\w.-])--?[\w.-]{0,60}(?:address|addr|listen|bind|host|endpoint)[= ]["']?:(\d{2,5})(?![\w:.])/dgi,
    ),
  ].flatMap((match) => {
    const [start, end] = match.indices![1]!
    return sight(line, start, end, 'flag')
  })
}
