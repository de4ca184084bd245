import { EventEmitter } from 'node:events'
import type { LogLine, LogSource } from '@driftos/control'

/** How much is kept for each service. */
interface LogLimits {
  readonly lines: number
  /** UTF-16 code units of text. */
  readonly characters: number
}

/** The limits of the stack. */
const defaultLimits: LogLimits = { lines: 1000, characters: 524_288 }

/** The last lines of output of each service. */
export interface LogBuffer {
  add(service: string, source: LogSource, text: string): void
  /** Returns the last lines, oldest first: of one service, or of all. */
  last(count: number, service?: string): LogLine[]
  /** Calls a function with each further line until the returned function is called. */
  follow(onLine: (line: LogLine) => void): () => void
}

/**
 * Creates an empty buffer.
 *
 * @param redact - replaces secrets in a line
 */
export function createLogBuffer(redact: (text: string) => string, limits: LogLimits = defaultLimits): LogBuffer {
  const kept = new Map<string, { lines: { line: LogLine; order: number }[]; characters: number }>()
  const followers = new EventEmitter<{ line: [LogLine] }>().setMaxListeners(0)
  let order = 0

  return {
    add(service, source, text) {
      const line: LogLine = { service, at: new Date().toISOString(), source, text: redact(text) }
      const own = kept.get(service) ?? { lines: [], characters: 0 }
      kept.set(service, own)
      own.lines.push({ line, order: order++ })
      own.characters += line.text.length
      while (own.lines.length > 1 && (own.lines.length > limits.lines || own.characters > limits.characters)) {
        own.characters -= own.lines.shift()!.line.text.length
      }
      followers.emit('line', line)
    },
    last(count, service) {
      if (count === 0) return []
      const all =
        service === undefined ? [...kept.values()].flatMap(({ lines }) => lines) : (kept.get(service)?.lines ?? [])
      return all
        .toSorted((one, other) => one.order - other.order)
        .slice(-count)
        .map(({ line }) => line)
    },
    follow(onLine) {
      followers.on('line', onLine)
      return () => void followers.off('line', onLine)
    },
  }
}
