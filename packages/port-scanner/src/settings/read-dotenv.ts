import { commentClues } from '../text/comment.js'
import { linesOf, type Line } from '../text/lines.js'
import { readShell } from '../shell/read-shell.js'
import { assign, merge, sight } from '../sight.js'
import { shift, withClues, type Clue, type Reader, type Sighting } from '../sighting.js'
import { readText } from '../text/text.js'
import { isPortName, isPortsName } from '../words.js'

/** `KEY=value`, exported or not, commented out or not. */
const assignment = /^(\s*(?:[#;]+\s?)?(?:(?:export|set)\s+)?)([A-Za-z_][\w.[\]-]*)(\s*(?:=|:(?!\/\/))\s*)(?=\S)/

/** The ports in lists of assignments: environment files, properties, simple INI files. An `.envrc` is a shell script. */
export const readDotenv: Reader = (text, path) => {
  if (/(?:^|\/)\.?envrc$/i.test(path)) return readShell(text, path)
  const found: Sighting[][] = []
  let section: Clue[] = []
  let comment: Clue[] = []
  for (const { start, text: raw } of linesOf(text)) {
    const skipped = raw.startsWith('\uFEFF') ? 1 : 0
    const line = raw.slice(skipped)
    const isComment = /^\s*[#;!]/.test(line)
    const heading = /^\s*\[([^\]]{1,100})\]\s*$/.exec(line)?.[1]
    if (heading !== undefined) {
      const name = /^[\w-]+:(.+)$/.exec(heading)?.[1]
      section = [name === undefined ? { kind: 'context', text: heading } : { kind: 'name', text: name }]
      comment = []
    } else if (line.trim() === '') comment = []
    else {
      const parts = assignment.exec(line)
      // Words of a sentence are no assignment: "# see: port 3000".
      const isAssigned = parts !== null && (!isComment || /^[A-Z_\d.a-z]+\s*=/.test(line.slice(parts[1]!.length)))
      const sightings = isAssigned
        ? readAssignment(line, parts)
        : readText(line, { style: isComment ? 'prose' : 'code' })
      found.push(shift(withClues(sightings, [...section, ...(isAssigned ? comment : [])]), start + skipped))
      // A rule of `====` belongs to the words between two of them.
      if (isComment && !isAssigned && /[\p{L}\d]/u.test(line)) comment = commentClues(line)
    }
  }
  return merge(found.flat())
}

function readAssignment(line: string, [before, , key]: RegExpExecArray): Sighting[] {
  const name = key!
  const from = before.length
  const variable: Clue = { kind: 'variable', text: name }
  const { start, end } = valueIn(line, from)
  const value = line.slice(start, end)
  const behind = line.slice(end).replace(/^["'`]/, '')
  const said = commentClues(/^\s*[#;]/.test(behind) ? behind : '')
  const remark = shift(readText(behind, { style: 'prose' }), line.length - behind.length)
  const own = shift(readValue(value, name, variable), start)
  return merge(withClues(own, said), remark)
}

function readValue(value: string, name: string, variable: Clue): Sighting[] {
  const isNumbers = /^\d[\d_]*(?:\s?[,; ]\s?\d+)*$/.test(value)
  if (isNumbers && (isPortName(name) || isPortsName(name))) {
    return [...value.matchAll(/\d[\d_]*/g)].flatMap(({ index, 0: digits }) =>
      sight(value, index, index + digits.length, 'env value', 'host', [variable]),
    )
  }
  return partsOf(value).flatMap(({ start, text }) =>
    shift(assign(readText(text, { style: 'string' }), variable), start),
  )
}

/** The addresses of a list, each by itself; else the value as it is. */
function partsOf(value: string): readonly Line[] {
  if (!value.includes(',') || /[\s"'`$]/.test(value)) return [{ start: 0, text: value }]
  return [...value.matchAll(/[^,]+/g)].map(({ index, 0: text }) => ({ start: index, text }))
}

/** The value without its quotes, and without the remark behind it. */
function valueIn(line: string, from: number): { start: number; end: number } {
  const quote = line[from]!
  if (quote === '"' || quote === "'" || quote === '`') {
    const close = line.indexOf(quote, from + 1)
    return { start: from + 1, end: close === -1 ? line.length : close }
  }
  const remark = line.slice(from).search(/\s[#;]/)
  const end = remark === -1 ? line.length : from + remark
  return { start: from, end: from + line.slice(from, end).trimEnd().length }
}
