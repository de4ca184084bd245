import { services, type ServiceName } from '@driftos/ports'
import { rules } from '../src/check/rules/index.js'
import type { Side } from '@driftos/port-scanner'

/** What a person says of one number of a file. */
export interface Label {
  /** `port`; `no-port` for what only looks like one; `optional` where either may be said. */
  readonly is: 'port' | 'no-port' | 'optional'
  readonly line: number
  readonly column: number
  readonly number: number
  /** Undefined where it may be said to be either. */
  readonly side?: Side | undefined
  /** The service that is meant, `nobody` where none of the registry's is; undefined where that is not judged. */
  readonly service?: ServiceName | 'nobody' | undefined
  /** The rules that have to find it. */
  readonly rules: readonly string[]
}

/** A text with its marks taken out, and what they said. */
export interface Labelled {
  readonly text: string
  readonly labels: readonly Label[]
}

const sides: Readonly<Record<string, Side | undefined>> = { container: 'container', either: undefined }

/**
 * Takes the marks out of a text: `3010‹coreGrafana›` is a port of the host, `3000‹container coreGrafana›` one inside
 * a container, `3002‹coreGrafana wrong-port›` one that a rule has to find, `3000‹no-port›` none at all.
 *
 * @throws {Error} where a mark stands behind no number or says what no mark says
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
      if (digits === undefined) throw new Error(`line ${index + 1}: ${mark[0]} stands behind no number`)
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
  return { is: 'port', side, service: service as Label['service'], rules: words }
}

function isService(word: string): boolean {
  return word === 'nobody' || Object.hasOwn(services, word)
}
