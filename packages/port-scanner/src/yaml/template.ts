/** Takes the place of each character of a template's expression, so that offsets stay the same. */
export const filler = '\uE000'

/**
 * Returns a text of the same length in which the expressions of Helm, Jinja and workflow templates are something that a
 * YAML parser accepts: blanks if they fill their lines, else {@link filler}.
 */
export function maskTemplates(text: string): string {
  const opening = /\{[{%]/g
  const parts: string[] = []
  let done = 0
  // Whether the line is blank up to the last expression's end.
  let isBlankLine = true
  for (let found = opening.exec(text); found; found = opening.exec(text)) {
    const at = found.index
    const close = text.indexOf(found[0] === '{{' ? '}}' : '%}', at + 2)
    if (close < 0) break
    const end = close + 2
    const before = text.slice(done, at)
    const lineStart = before.lastIndexOf('\n') + 1
    const startsLine: boolean = (lineStart > 0 || isBlankLine) && before.slice(lineStart).trim() === ''
    const fillsLine: boolean = startsLine && /^[ \t]*(?:\r?\n|$|\{[{%])/.test(text.slice(end, end + 200))
    parts.push(before, text.slice(at, end).replaceAll(/\S/g, fillsLine ? ' ' : filler))
    isBlankLine = fillsLine
    done = end
    opening.lastIndex = end
  }
  return parts.length === 0 ? text : parts.join('') + text.slice(done)
}
