import { rules } from '../src/check/rules/index.js'
import type { Side } from '@driftos/port-scanner'
import { contractRegistry } from '../src/contract.fixture.js'

/** The label that a person gave to one number of a file. */
export interface Label {
  /** `port`; `no-port` for a number that only looks like one; `optional` where both are accepted. */
  readonly is: 'port' | 'no-port' | 'optional'
  readonly line: number
  readonly column: number
  readonly number: number
  /** Undefined where both are accepted. */
  readonly side?: Side | undefined
  /** The expected service, `nobody` for a port of no registered service; undefined where any is accepted. */
  readonly service?: string | undefined
  /** The rules that must report it. */
  readonly rules: readonly string[]
}

/** A text without its marks, and their labels. */
export interface Labelled {
  readonly text: string
  readonly labels: readonly Label[]
}

const sides: Readonly<Record<string, Side | undefined>> = { container: 'container', either: undefined }

/**
 * Takes the marks out of a text: `3010‹coreGrafana›` is a port of the host, `3000‹container coreGrafana›` one inside
 * a container, `3002‹coreGrafana wrong-port›` one that a rule has to find, `3000‹no-port›` is not a port.
 *
 * @throws {Error} where a mark does not follow a number or has an unknown word
 */
export function takeMarks(marked: string): Labelled {
  const labels: Label[] = []
  const lines = marked.split('\n').map((line, index) => {
    let text = ''
    let end = 0
    for (const mark of line.matchAll(/‹([^›]*)›/g)) {
      text += line.slice(end, mark.index)
      end = mark.index + mark[0].length
      const digits = /(?<![\d_])\d[\d_]*$/.exec(text)?.[0]
      if (digits === undefined) throw new Error(`line ${index + 1}: ${mark[0]} does not follow a number`)
      const place = {
        line: index + 1,
        column: text.length - digits.length + 1,
        number: Number(digits.replaceAll('_', '')),
      }
      labels.push({ ...readMark(mark[1]!, index + 1), ...place })
    }
    return text + line.slice(end)
  })
  return { text: lines.join('\n'), labels }
}

function readMark(mark: string, line: number): Pick<Label, 'is' | 'side' | 'service' | 'rules'> {
  if (mark === 'no-port' || mark === 'optional') return { is: mark, rules: [] }
  const words = mark.split(' ').filter(Boolean)
  const side = words[0] !== undefined && Object.hasOwn(sides, words[0]) ? sides[words.shift()!] : 'host'
  const service = words[0] !== undefined && isService(words[0]) ? words.shift() : undefined
  const stranger = words.find((word) => !rules.some(({ name }) => name === word))
  if (stranger !== undefined)
    throw new Error(`line ${line}: ‹${mark}› says ${stranger}, which is no service and no rule`)
  return { is: 'port', side, service, rules: words }
}

function isService(word: string): boolean {
  return word === 'nobody' || Object.hasOwn(contractRegistry.services, word)
}
