import type { Line } from '../text/lines.js'

/** A table: its cells with where each begins. */
export interface Table {
  readonly head: readonly Line[]
  readonly rows: readonly (readonly Line[])[]
  /** The index of the first line behind it. */
  readonly next: number
}

const grid = /^\s*\+[-=+]{3,}\s*$/
const columns = /^={2,}(?: +={2,})+\s*$/
const asciidoc = /^\|={3,}\s*$/

/** Whether a table begins at a line: of Markdown, AsciiDoc, or either kind of reStructuredText. */
export function isTableStart(lines: readonly Line[], at: number): boolean {
  const line = lines[at]!.text
  const next = lines[at + 1]?.text ?? ''
  if (asciidoc.test(line) || (columns.test(line) && next.trim() !== '')) return true
  if (grid.test(line)) return splitCells(lines[at + 1] ?? { start: 0, text: '' }).length > 1
  return line.includes('|') && next.includes('|') && isRule(next)
}

/** Whether a line parts the head of a table from its rows, as `|---|:--:|` does. */
function isRule(line: string): boolean {
  return line.includes('-') && /^[\s>|:-]+$/.test(line)
}

/** Reads the table that begins at a line. */
export function readTable(lines: readonly Line[], at: number): Table {
  const line = lines[at]!.text
  if (asciidoc.test(line)) return readAsciidoc(lines, at + 1)
  if (columns.test(line)) return readColumns(lines, at)
  const isGrid = grid.test(line)
  const rows: Line[][] = []
  let next = at
  for (; next < lines.length; next++) {
    const { text } = lines[next]!
    const isBetween = isGrid && grid.test(text)
    if (!isBetween && !text.includes('|')) break
    if (!isBetween && !(next === at + 1 && isRule(text))) rows.push(splitCells(lines[next]!))
  }
  return { head: rows[0] ?? [], rows: rows.slice(1), next }
}

/** No table for people has more columns; what goes on behind them is not read. */
const maxColumns = 64

/** The cells of a line, divided at every `|` that no backslash precedes. */
function splitCells(line: Line): Line[] {
  const cells: Line[] = []
  const first = /^[\s>]*\|?/.exec(line.text)![0].length
  let start = first
  for (let at = first; at <= line.text.length && cells.length < maxColumns; at++) {
    const isEnd = at === line.text.length
    if (!isEnd && (line.text[at] !== '|' || line.text[at - 1] === '\\')) continue
    if (!isEnd || line.text.slice(start).trim() !== '')
      cells.push({ start: line.start + start, text: line.text.slice(start, at) })
    start = at + 1
  }
  return cells
}

/** One cell or more a line, a row being as many as the first line has. */
function readAsciidoc(lines: readonly Line[], from: number): Table {
  const rows: Line[][] = []
  let head: Line[] | undefined
  let next = from
  for (; next < lines.length && !asciidoc.test(lines[next]!.text); next++) {
    if (!lines[next]!.text.includes('|')) continue
    const cells = splitCells(lines[next]!)
    const last = rows.at(-1)
    if (!head) head = cells
    else if (last && last.length < head.length && cells.length < head.length) last.push(...cells)
    else rows.push(cells)
  }
  return { head: head ?? [], rows, next: next + 1 }
}

/** A table whose columns are told by where `=====` stands above them. */
function readColumns(lines: readonly Line[], at: number): Table {
  const starts = [...lines[at]!.text.matchAll(/=+/g)].map(({ index }) => index)
  const rows: Line[][] = []
  let rules = 1
  let next = at + 1
  for (; next < lines.length && rules < 3 && lines[next]!.text.trim() !== ''; next++) {
    const { text, start } = lines[next]!
    if (columns.test(text)) rules++
    else rows.push(starts.map((from, index) => ({ start: start + from, text: text.slice(from, starts[index + 1]) })))
  }
  return { head: rows[0] ?? [], rows: rows.slice(1), next }
}
