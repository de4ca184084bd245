import { inContainer } from '../sight.js'
import type { Clue, Sighting } from '../sighting.js'
import { type Word, sightWord, whole } from './word.js'

/** Commands that talk to a server whose port is behind `-p`. */
export const clients =
  /^(?:psql|pg_isready|pg_dump|pg_dumpall|pg_restore|createdb|dropdb|createuser|redis-cli|redis-benchmark|ssh|ssh-keyscan|sshpass|mosquitto_pub|mosquitto_sub)$/

/** `psql -h db -p 5433`: the client says what it talks to. */
export function readClient(name: string, words: readonly Word[]): Sighting[] {
  const hostFlag = words.findIndex((word) => word.text === '-h')
  const host = hostFlag === -1 ? '' : (words[hostFlag + 1]?.text ?? '')
  const isContainer = /^[a-z][\w-]*$/.test(host) && host !== 'localhost'
  const clues: Clue[] = [...(isContainer ? [{ kind: 'name', text: host } as const] : []), { kind: 'label', text: name }]
  return words.flatMap((word, index) => {
    const sightings =
      words[index - 1]?.text === '-p'
        ? sightWord(word, whole, 'flag', clues)
        : sightWord(word, /^-p(?=\d)/, 'flag', clues)
    return isContainer ? inContainer(sightings) : sightings
  })
}

/** `nc -z localhost 5433`, `nc -l 3000`. */
export function readNetcat(words: readonly Word[]): Sighting[] {
  const host = words.find(
    (word, index) =>
      /^[A-Za-z$\d][\w.${}:-]*$/.test(word.text) &&
      !/^\d+$/.test(word.text) &&
      !/^-\w*w$/.test(words[index - 1]?.text ?? ''),
  )
  const isListening = words.some((word) => /^-\w*l/.test(word.text))
  if (!host && !isListening) return []
  const isNamed = host !== undefined && /[a-z]/i.test(host.text) && host.text !== 'localhost'
  const clues: Clue[] = isNamed ? [{ kind: 'name', text: host.text.replaceAll(/[${}]/g, '') }] : []
  const behind = host ? words.slice(words.indexOf(host) + 1) : words
  const ports = behind.flatMap((word) => sightWord(word, whole, isListening ? 'listen' : 'url', clues)).slice(0, 1)
  const isContainer = isNamed && /^[a-z][\w-]*$/.test(host.text)
  return isContainer ? inContainer(ports) : ports
}
