import type { Sighting } from '../sighting.js'
import { findLabel } from './label.js'
import { type NumberInText, type Reading, lineBehind } from './number.js'

/** What counts something else when it stands behind a number. */
const unit =
  /^\s?(?:ms|milliseconds?|s|secs?|seconds?|min|mins|minutes?|h|hours?|days?|reqs?|requests?|users?|items?|times?|[kKmMgG]i?[bB]|bytes?|px|lines?|rows?|tokens?|chars?|characters?|messages?|connections?|rps|qps|nodes?|workers?|threads?|people|files?|stars?|entries|records?|steps?|iterations?|samples?|points?|words?)\b/

/** "port 3000", "ports 3000", "listens on 3000", "connect 9222". */
export function readPhrase({ before, text, end, port, style }: NumberInText): Reading | undefined {
  if (unit.test(text.slice(end, end + 16)) || /^\s?(?:-|–|to)\s?65535/.test(text.slice(end, end + 10))) return undefined
  const near = before.slice(-60)
  const isNamed =
    /(?:^|[^\w-])ports?["'`*_)]{0,3}(?:\s+(?:numbers?|is|are|was|were|at|to|of|on|defaults?\s+to|default|range))?[\s:=*_`"'([]{1,6}$/i.test(
      near,
    )
  const isVerb =
    port >= 1000 &&
    /(?:^|[^\w-])(?:listen(?:s|ing)?|runs?|running|serv(?:es?|ing)|binds?|binding|bound|exposed?|published|available|reachable|connect(?:s|ed|ing)?|hosted)(?:[ \t](?:on|at|to))?[ \t][:*`_]{0,3}$/i.test(
      near,
    ) &&
    !(style === 'code' && /^\s*[a-z_]\w*\s/i.test(text.slice(end, end + 10)))
  const isExample =
    /(?:^|[^\w-])ports?\b[^.;]{0,40}\b(?:defaults?(?:\s(?:to|is))?|default\sis|e\.g\.|such\sas)[\s:=`"'(]{1,4}$/i.test(
      near,
    )
  if (!isNamed && !isVerb && !isExample) return undefined
  if (/(?:^|[^\w])(?:view|air|sea|serial|usb)\s*-?port\W*$/i.test(near)) return undefined
  const behind = lineBehind(text, end)
  const subject = near.replace(/\bports?\b[^a-z]*$/i, '')
  return {
    role: 'prose',
    side: 'host',
    clues: findLabel(before.slice(0, before.length - near.length) + subject, behind),
  }
}

/** The numbers behind a first one: "ports 3000, 3001 and 3002", "3000-3009", `PORTS="3000 3001"`. */
export function readNext({ text, start, end }: NumberInText, previous: Sighting | undefined): Reading | undefined {
  if (
    !previous ||
    start - previous.end > 12 ||
    (previous.role !== 'prose' && previous.role !== 'flag' && previous.role !== 'listen')
  )
    return undefined
  if (unit.test(text.slice(end, end + 16))) return undefined
  const between = text.slice(previous.end, start)
  const isList = /^[`*_"']{0,3}(?:\s?(?:-|–|—|to|through|and|or|&|,\s?and|,\s?or|,|\/)\s?)[`*_"']{0,3}$/.test(between)
  return isList ? { role: previous.role, side: previous.side, clues: previous.clues } : undefined
}
