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
      if (opened) fence = { sign: opened[1]!, language: opened[2]!, from: next }
      else if (delimiter !== undefined) fence = { sign: delimiter, language: source, from: next }
      else blocks.push(lineOf(line, start))
      source = /^\[source(?:,[ \t]*([\w+-]+))?/.exec(line)?.[1] ?? ''
    }
    start = next
  }
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
