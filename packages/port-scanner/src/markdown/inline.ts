/** The words of a line without Markdown's and HTML's marks, and where in the file each of them stands. */
interface PlainText {
  readonly text: string
  /** The offset in the file of every code unit of `text`, and of its end. */
  readonly offsets: readonly number[]
  /** Parts of `text` that are struck through, from and to. */
  readonly struck: readonly (readonly [number, number])[]
  /** Parts of `text` that were set as code, from and to. */
  readonly code: readonly (readonly [number, number])[]
}

/** What is left out of a line: the marks of a link, a tag of HTML, a mark of emphasis or code, the address of a badge. */
const mark =
  /(?<image>!?\[)(?=[^[\]\n]{0,200}\]\()|(?<link>\]\((?:[^()\s:]{0,200}\))?)|(?<tag><\/?(?:a|b|i|em|strong|code|kbd|br|p|t[dhr]|table|thead|tbody|li|ul|ol|div|span|img|su[bp]|small|pre|details|summary|h[1-6]|font|center|strike|del|s)(?:\s[^<>]{0,300})?\/?>)|(?<url>https?:\/\/(?:(?!~~)[^\s)\]>"'`*])+)|(?<strike>~~)|(?<code>`+)|(?<bold>\*+)|(?<line>(?<![\p{L}\p{N}_])_{1,3}(?=[^\s_])|(?<=[^\s_])_{1,3}(?![\p{L}\p{N}_]))|(?<escape>\\(?=[!-/:-@[-`{-~]))/gu

/** Reads a line that begins at an offset of the file. */
export function readInline(line: string, start: number): PlainText {
  const plain = { text: '', offsets: [] as number[], struck: [] as [number, number][], code: [] as [number, number][] }
  const open = { struck: -1, code: -1 }
  const keep = (from: number, to: number) => {
    for (let at = from; at < to; at++) plain.offsets.push(start + at)
    plain.text += line.slice(from, to)
  }
  const toggle = (kind: 'struck' | 'code', isOpening = open[kind] === -1) => {
    if (isOpening) open[kind] = plain.text.length
    else if (open[kind] !== -1) {
      plain[kind].push([open[kind], plain.text.length])
      open[kind] = -1
    }
  }
  let kept = 0
  for (const { 0: found, index, groups } of line.matchAll(mark)) {
    if (groups?.['url'] !== undefined) {
      if (!/\b(?:shields\.io|badgen\.net|badge)\b/.test(found)) continue
      keep(kept, index)
    } else {
      const isInCode = open.code !== -1 && groups?.['code'] === undefined
      if (isInCode) continue
      keep(kept, index)
      const tag = groups?.['tag']
      if (groups?.['strike'] !== undefined) toggle('struck')
      else if (groups?.['code'] !== undefined) toggle('code')
      else if (tag !== undefined && /^<\/?(?:del|s|strike)\b/.test(tag)) toggle('struck', !tag.startsWith('</'))
      // A tag and the middle of a link part words; an address in a tag is kept for what it says.
      if (tag?.includes('://')) keep(index, index + found.length)
      else if (tag !== undefined || groups?.['link'] !== undefined) {
        plain.offsets.push(start + index)
        plain.text += ' '
      }
    }
    kept = index + found.length
  }
  keep(kept, line.length)
  plain.offsets.push(start + line.length)
  return plain
}
