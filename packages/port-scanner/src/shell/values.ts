import { sight } from '../sight.js'
import { type Clue, type Sighting, shift } from '../sighting.js'
import { isPortName, isPortsName } from '../words.js'
import type { ArrayLiteral } from './parse-shell.js'
import { type Word, sightWord, whole, wordsOf } from './word.js'

/** What one word tells by itself: `PORTS="3000 3001"`, `PORTS[core]=3001`, `TCP-LISTEN:3000`, `--dport=3000`. */
export function readWord({ start, text }: Word): Sighting[] {
  const list = /^(\w+)=["']?(?=\d)/.exec(text)
  if (list && (isPortsName(list[1]!) || isPortName(list[1]!))) {
    const clues: Clue[] = [{ kind: 'variable', text: list[1]! }]
    return shift(readNumbers(text, list[0].length, clues), start)
  }
  const element = /^(\w+)\[["']?([\w-]+)["']?\]=["']?(?=\d)/.exec(text)
  if (element && (isPortsName(element[1]!) || isPortName(element[1]!))) {
    const clues: Clue[] = [
      { kind: 'name', text: element[2]! },
      { kind: 'variable', text: element[1]! },
    ]
    return shift(readNumbers(text, element[0].length, clues), start)
  }
  const relay = /^TCP[46]?(-LISTEN)?:(?:[\w.-]+:)?(?=\d)/i.exec(text)
  if (relay) {
    const digits = /^\d+/.exec(text.slice(relay[0].length))![0]
    const from = relay[0].length
    return shift(sight(text, from, from + digits.length, relay[1] === undefined ? 'url' : 'listen'), start)
  }
  return []
}

/** The numbers of a list, from a position on, while there is nothing else. */
function readNumbers(text: string, from: number, clues: readonly Clue[]): Sighting[] {
  const list = /^\d+(?:[ ,]{1,3}\d+)*(?=["']?$)/.exec(text.slice(from))?.[0] ?? ''
  return [...list.matchAll(/\d+/g)].flatMap(({ index, 0: digits }) =>
    sight(text, from + index, from + index + digits.length, 'env value', 'host', clues),
  )
}

/** `for port in 3000 3001`, `for service in core:3001 embed:3002`. */
export function readLoop([variable, , ...values]: readonly Word[]): Sighting[] {
  const name = variable?.text ?? ''
  if (isPortName(name) || name === 'p')
    return values.flatMap((word) => sightWord(word, whole, 'env value', [{ kind: 'variable', text: name }]))
  return values.flatMap((word) => readPair(word))
}

/** `core:3001`, `"Core|3001|/health"`: a name, a mark, a number. */
function readPair(word: Word): Sighting[] {
  const pair = /^([A-Za-z][\w .-]{0,60}?)[:|=;,](?=(\d{4,5})(?:$|[:|;,/]))/.exec(word.text)
  if (!pair || /time|delay|interval|limit|size|count|max|min|year/i.test(pair[1]!)) return []
  const from = pair[0].length
  return shift(
    sight(word.text, from, from + pair[2]!.length, 'env value', 'host', [{ kind: 'name', text: pair[1]! }]),
    word.start,
  )
}

/** `[ "$port" = 3000 ]`. */
export function readTest(words: readonly Word[]): Sighting[] {
  return words.flatMap((word, index) => {
    const variable = /^\$\{?(\w+)\}?$/.exec(words[index - 2]?.text ?? '')?.[1] ?? ''
    const isCompared = /^(?:=|==|!=|-eq|-ne|=~)$/.test(words[index - 1]?.text ?? '')
    return isCompared && isPortName(variable)
      ? sightWord(word, whole, 'env value', [{ kind: 'variable', text: variable }])
      : []
  })
}

/** fish's `set -gx PORT 3000`. */
export function readSet(words: readonly Word[]): Sighting[] {
  const name = words.find((word) => !word.text.startsWith('-'))
  if (!name || !(isPortName(name.text) || isPortsName(name.text))) return []
  return words.flatMap((word) => sightWord(word, whole, 'env value', [{ kind: 'variable', text: name.text }]))
}

/** `PORTS=(3000 3001)`, `SERVICES=("core:3001")`, `declare -A PORTS=([core]=3001)`. */
export function readArray(text: string, array: ArrayLiteral): Sighting[] {
  const words = wordsOf(text, array)
  const isOfPorts = isPortsName(array.name) || isPortName(array.name)
  const variable: Clue = { kind: 'variable', text: array.name }
  return words.flatMap((word) => {
    const element = /^\[["']?([^\]"']{1,80})["']?\]=["']?(?=\d)/.exec(word.text)
    if (element && isOfPorts) {
      return shift(
        readNumbers(word.text, element[0].length, [{ kind: 'name', text: element[1]! }, variable]),
        word.start,
      )
    }
    const key = /^\[["']?(\d+)["']?\]=["']?([\w .-]*)/.exec(word.text)
    if (key && isOfPorts) {
      const from = word.text.indexOf(key[1]!)
      return shift(
        sight(word.text, from, from + key[1]!.length, 'env value', 'host', [{ kind: 'name', text: key[2]! }]),
        word.start,
      )
    }
    const pair = readPair(word)
    return isOfPorts && pair.length === 0 ? sightWord(word, whole, 'env value', [variable]) : pair
  })
}
