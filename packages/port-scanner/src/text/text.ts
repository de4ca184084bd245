import { type Sighting, parsePortText } from '../sighting.js'
import { readAddress } from './read-address.js'
import { readAssignment } from './assignment.js'
import { readCommand } from './command.js'
import { type NumberInText, type TextOptions, lineBefore } from './number.js'
import { isBehindTunnel } from './tunnel.js'
import { readNext, readPhrase } from './phrase.js'

/**
 * The ports in a text of any kind: URLs, `host:port`, `--port 3000`, `-p 3001:3000`, `PORT=3000`,
 * `${PORT:-3000}`, "port 3000". Takes time in proportion to the text, whatever it holds.
 */
export function readText(text: string, { style }: TextOptions): Sighting[] {
  const sightings: Sighting[] = []
  for (const { index: start, 0: digits } of text.matchAll(/(?<![\w.#$%])\d[\d_]*(?![\w%]|\.\d)/g)) {
    const port = parsePortText(digits)
    if (port === undefined) continue
    const number: NumberInText = {
      text,
      style,
      start,
      end: start + digits.length,
      port,
      before: lineBefore(text, start),
    }
    const previous = sightings.at(-1)
    const found =
      readAddress(number) ??
      readAssignment(number) ??
      readCommand(number) ??
      readPhrase(number) ??
      readNext(number, previous)
    if (found)
      sightings.push({
        start,
        end: number.end,
        port,
        ...found,
        ...(isBehindTunnel(number) && { isRemote: true }),
        ...(style === 'prose' && isTold(number) && { isPast: true }),
      })
  }
  return sightings
}

/** Whether a number is told of the past: "formerly 3003", "moved from 3003". */
function isTold({ before }: NumberInText): boolean {
  return /\b(?:formerly|previously|originally|used\sto\sbe|moved\sfrom|no\slonger)\b[^.;]{0,30}$/i.test(
    before.slice(-60),
  )
}
