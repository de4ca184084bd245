import { linesOf, type Line } from '../text/lines.js'
import { isTableStart, readTable, type Table } from './table-lines.js'

/** A part of a document. */
export type Block =
  | { readonly kind: 'heading'; readonly level: number; readonly line: Line }
  | { readonly kind: 'item'; readonly indent: number; readonly line: Line }
  | { readonly kind: 'text'; readonly indent: number; readonly line: Line }
  | { readonly kind: 'blank' }
  | { readonly kind: 'code'; readonly language: string; readonly start: number; readonly end: number }
  | ({ readonly kind: 'table' } & Table)

const fence = /^[\s>]{0,60}(?:[-*+]\s{1,4}|\d{1,3}[.)]\s{1,4})?(`{3,}|~{3,})[ \t]*\{?\.?([\w+#.-]*)/
const underline = /^\s{0,3}(={3,}|-{3,}|~{3,}|\^{3,}|"{3,})\s*$/
const item = /^([\s>]*)(?:[-*+•]|\d{1,4}[.)])\s+(?:\[[ xX]\]\s+)?/

/** The parts of a document in Markdown, reStructuredText, AsciiDoc or plain text, by what its lines look like. */
export function splitBlocks(text: string, path: string): Block[] {
  const lines = [...linesOf(text)]
  const dialect = /\.(rst|adoc|asciidoc|txt)$/i.exec(path)?.[1]?.toLowerCase() ?? 'md'
  const blocks: Block[] = []
  let at = 0
  /** Adds the lines up to one as code. */
  const addCode = (language: string, from: number, to: number) => {
    const start = lines[from]?.start ?? text.length
    blocks.push({ kind: 'code', language: language.toLowerCase(), start, end: lines[to]?.start ?? text.length })
  }
  /** The first line from one on that meets a condition, or the end. */
  const seek = (from: number, isFound: (line: string) => boolean) => {
    let to = from
    while (to < lines.length && !isFound(lines[to]!.text)) to++
    return to
  }
  if (/^\uFEFF?---\s*$/.test(lines[0]?.text ?? '')) {
    const end = seek(1, (line) => /^---\s*$/.test(line))
    if (end < lines.length) {
      addCode('yaml', 1, end)
      at = end + 1
    }
  }
  while (at < lines.length) {
    const line = lines[at]!
    const before = blocks.at(-1)?.kind
    const fenced = fence.exec(line.text)
    if (fenced) {
      const closing = fenced[1]!
      const end = seek(at + 1, (next) => isClosing(next, closing))
      addCode(fenced[2]!, at + 1, end)
      at = end + 1
      continue
    }
    const delimiter =
      dialect === 'adoc' || dialect === 'asciidoc' ? /^(?:-{4,}|\.{4,})\s*$/.exec(line.text)?.[0].trim() : undefined
    if (delimiter !== undefined) {
      const end = seek(at + 1, (next) => next.trimEnd() === delimiter)
      addCode(/^\[(?:source)?,?\s*([\w-]*)/.exec(lines[at - 1]?.text ?? '')?.[1] ?? '', at + 1, end)
      at = end + 1
      continue
    }
    if (isTableStart(lines, at)) {
      const table = readTable(lines, at)
      blocks.push({ kind: 'table', ...table })
      at = table.next
      continue
    }
    if (/^[\s>]*$/.test(line.text)) blocks.push({ kind: 'blank' })
    else if (
      /^\s{4}/.test(line.text) &&
      dialect === 'md' &&
      (before === 'blank' || before === undefined) &&
      !isInList(blocks)
    ) {
      const end = seek(at + 1, (next) => !/^\s{4}/.test(next))
      addCode('', at, end)
      at = end
      continue
    } else blocks.push(readLine(line, lines[at + 1]?.text ?? '', before))
    if (dialect === 'rst' && /::(?:\s+[\w-]+)?\s*$/.test(line.text)) {
      const first = seek(at + 1, (next) => next.trim() !== '' && !/^\s+:/.test(next))
      const end = seek(first, (next) => /^\S/.test(next))
      addCode(/^\s*\.\. (?:code-block|code|sourcecode)::\s*([\w-]+)/.exec(line.text)?.[1] ?? '', first, end)
      at = end
      continue
    }
    at += blocks.at(-1)?.kind === 'heading' && underline.test(lines[at + 1]?.text ?? '') ? 2 : 1
  }
  return blocks
}

function readLine(line: Line, next: string, before: Block['kind'] | undefined): Block {
  const heading = /^[\s>]{0,6}(#{1,6}|={1,6})\s+(?=\S)/.exec(line.text)
  if (heading) return { kind: 'heading', level: heading[1]!.length, line: behind(line, heading[0].length) }
  const listed = item.exec(line.text)
  if (listed) return { kind: 'item', indent: listed[1]!.length, line: behind(line, listed[0].length) }
  const ruled = before === 'text' ? undefined : underline.exec(next)?.[1]
  if (ruled !== undefined)
    return { kind: 'heading', level: ruled.startsWith('=') ? 1 : ruled.startsWith('-') ? 2 : 3, line }
  const indent = /^[\s>\uFEFF]*/.exec(line.text)![0].length
  return { kind: 'text', indent, line: behind(line, indent) }
}

function behind(line: Line, length: number): Line {
  return { start: line.start + length, text: line.text.slice(length) }
}

/** Whether a line ends what a fence began. */
function isClosing(line: string, opening: string): boolean {
  const closing = /^[\s>]{0,60}(`{3,}|~{3,})\s*$/.exec(line)?.[1]
  return closing !== undefined && closing[0] === opening[0] && closing.length >= opening.length
}

/** Whether what follows may belong to the item of a list: nothing but blank lines, text and code since. */
function isInList(blocks: readonly Block[]): boolean {
  for (let at = blocks.length - 1; at >= Math.max(0, blocks.length - 40); at--) {
    const kind = blocks[at]!.kind
    if (kind === 'item') return true
    if (kind === 'heading' || kind === 'table') return false
  }
  return false
}
