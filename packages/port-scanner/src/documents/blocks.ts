/** A line of a document that is no code. */
export interface Line {
  readonly kind: 'heading' | 'item' | 'row' | 'text'
  /** Without the marker of a heading or an item. */
  readonly text: string
  readonly start: number
  /** Blanks before the marker. */
  readonly indent: number
}

/** A fenced block of code. */
export interface Code {
  readonly kind: 'code'
  readonly language: string
  readonly text: string
  readonly start: number
}

const marker =
  /^(?<indent>[ \t>]*)(?:(?<heading>#{1,6}[ \t]+|={1,6}[ \t]+)|(?<item>(?:[-*+•]|\*{2,5}|\d{1,3}[.)])[ \t]+(?:\[[ xX]\][ \t]+)?))?/

/** Returns the lines and the fenced code of Markdown, AsciiDoc and similar texts, in order. */
export function splitBlocks(text: string): (Line | Code)[] {
  const blocks: (Line | Code)[] = []
  let fence: { readonly sign: string; readonly language: string; readonly from: number } | undefined
  let source = ''
  let columns = 0
  let table: Line[] | undefined
  for (let start = 0; start < text.length;) {
    const newline = text.indexOf('\n', start)
    const next = newline < 0 ? text.length : newline + 1
    const line = text.slice(start, next).trimEnd()
    if (fence) {
      if (line.trim().startsWith(fence.sign) && /^[ \t>]*[`~-]+$/.test(line)) {
        blocks.push({ kind: 'code', language: fence.language, text: text.slice(fence.from, start), start: fence.from })
        fence = undefined
      }
    } else {
      const opened = /^[ \t>]*(?:(?:[-*+]|\d+\.)[ \t]+)?(`{3,}|~{3,})[ \t]*\{?[ \t]*\.?([\w+-]*)[^`]*$/.exec(line)
      const delimiter = source !== '' && /^-{4,}$/.test(line) ? line : undefined
      if (line === '|===') {
        blocks.push(...(table ?? []))
        table = table ? undefined : []
      } else if (table) addCells(table, line, start, columns)
      else if (opened) fence = { sign: opened[1]!, language: opened[2]!, from: next }
      else if (delimiter !== undefined) fence = { sign: delimiter, language: source, from: next }
      else blocks.push(lineOf(line, start))
      source = /^\[source(?:,[ \t]*([\w+-]+))?/.exec(line)?.[1] ?? ''
      if (!table) columns = countColumns(line)
    }
    start = next
  }
  blocks.push(...(table ?? []))
  if (fence) blocks.push({ kind: 'code', language: fence.language, text: text.slice(fence.from), start: fence.from })
  return blocks
}

function lineOf(line: string, start: number): Line {
  const { 0: whole, groups } = marker.exec(line)!
  const { indent, heading, item } = groups!
  const kind =
    heading !== undefined ? 'heading' : item !== undefined ? 'item' : /^[ \t>]*\|/.test(line) ? 'row' : 'text'
  return { kind, text: line.slice(whole.length), start: start + whole.length, indent: indent!.length }
}

/** Adds a line of an AsciiDoc table, which begins a row or goes on with the last one: as many cells as the first line has. */
function addCells(table: Line[], line: string, start: number, declared: number): void {
  if (line === '') return
  const row = table.at(-1)
  const columns = declared || countCells(table[0]?.text ?? '')
  if (row === undefined || countCells(row.text) >= columns) table.push({ kind: 'row', text: line, start, indent: 0 })
  else table[table.length - 1] = { ...row, text: row.text.padEnd(start - row.start) + line }
}

function countCells(text: string): number {
  return text.split('|').length - 1
}

/** Returns how many columns an AsciiDoc attribute declares, `[cols="1,3"]` or `[cols="2*"]`; 0 for another line. */
function countColumns(line: string): number {
  const [, declared] = /^\[[^\]]*\bcols="?([^"\]]*)/.exec(line) ?? []
  return declared === undefined ? 0 : Number(/^(\d{1,2})\*/.exec(declared)?.[1] ?? declared.split(',').length)
}
