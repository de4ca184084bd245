import { findLabel } from './label.js'
import type { Clue } from '../sighting.js'
import { type NumberInText, type Reading, reach } from './number.js'

/** `3001:3000`, `127.0.0.1:3001:3000`, `8080:localhost:80`, `3000->3000/tcp`: published outside, taken inside. */
export function readMapping({ text, before, style, port }: NumberInText, behind: string): Reading | undefined {
  const isPublishing =
    /(?:^|\s)(?:-p|--publish|-L|port-forward\s.*)[\s=]?["']?(?:[\w.[\]:*]*:)?(?:[\d-]+:)?(?:\$\{\w+(?::?-\d*)?\}:)?$/.test(
      before.slice(-100),
    )
  const isPlausible = (other: string, beginning: string) =>
    (style === 'string' && !/\s/.test(text.slice(0, reach))) ||
    (port >= 1000 &&
      Number(other) >= 1000 &&
      /(?:^|[:`"'(|[,=*-]|\b(?:ports?|maps?|mapped|publish(?:ed|es)?|as))\s*$/i.test(beginning))
  const other = /^(?:-(\d+))?(?::|->)(?:[a-z][\w.-]*:)?(\d+)(?:-\d+)?(?![\w:]|\.\d)/.exec(behind)
  const outer =
    /(?:^|[\s"'`(,[=])(?:(?:localhost|\*|(?:\d{1,3}\.){3}\d{1,3}|\[[\da-f:.]*\]):)?(\d+)(?:-\d+)?(?::|->)$/i.exec(
      before.slice(-60),
    )
  const isBehindAddress = /(?:(?:\d{1,3}\.){3}\d{1,3}|\]|localhost):$/.test(before)
  if (
    other &&
    (isBehindAddress || !before.endsWith(':')) &&
    (isPublishing || (isPlainMapping(port, Number(other[2])) && isPlausible(other[2]!, before)))
  ) {
    return {
      role: 'publish',
      side: 'host',
      clues: publishClues(isBehindAddress ? before.replace(/[\w.[\]:]*$/, '') : before),
      ...(other[1] !== undefined && { rangeEnd: Number(other[1]) }),
    }
  }
  // Groups of an IPv6 address stand between colons too.
  if (
    outer &&
    !behind.startsWith(':') &&
    (isPublishing ||
      (isPlainMapping(Number(outer[1]), port) &&
        isPlausible(outer[1]!, before.slice(0, before.length - outer[0].trimStart().length))))
  ) {
    return { role: 'container', side: 'container', clues: publishClues(before) }
  }
  const isBehindVariable = /\$\{?\w*PORT\w*(?::?-\d*)?\}?:$/.test(before.slice(-60))
  return isBehindVariable ? { role: 'container', side: 'container', clues: publishClues(before) } : undefined
}

/** Whether two numbers around a colon may be ports rather than a time, a ratio or an owner. */
function isPlainMapping(outer: number, inner: number): boolean {
  return outer >= 80 && inner >= 80 && !(outer === 1000 && inner === 1000)
}

function publishClues(before: string): Clue[] {
  const named = /--name[\s=]+["']?([\w.-]+)/.exec(before)?.[1]
  const target = /\b(?:svc|service|deploy(?:ment)?|pod)s?\/([\w.-]+)/.exec(before)?.[1]
  const name = named ?? target
  return [
    ...(name === undefined ? [] : [{ kind: 'name', text: name } as const]),
    ...findLabel(before.replace(/[\d:.]*$/, ''), ''),
  ]
}
