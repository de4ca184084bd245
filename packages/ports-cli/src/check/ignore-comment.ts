/** A comment that silences findings: `driftos-ports-ignore [rules]: reason`. */
export interface IgnoreComment {
  readonly line: number
  readonly column: number
  readonly lineText: string
  /** The rules that it names; none where it means all. */
  readonly rules: readonly string[]
  /** The lines that it applies to: its own and the next. */
  readonly lines: readonly [number, number]
}

// Only after the sign of a comment: the word alone silences nothing.
const comment =
  /(?<=(?:\/\/|#|\/\*|\*|<!--|--|;)[^\n]{0,100})driftos-ports-ignore(?![\w-])([ \t]+[a-z][a-z-]*(?:[ \t]*,[ \t]*[a-z][a-z-]*)*(?=[ \t]*(?::|$|-->|\*\/|#)))?/gm

/** Returns whether a comment silences a rule on a line. */
export function isSilencing({ lines, rules }: IgnoreComment, rule: string, line: number): boolean {
  return lines.includes(line) && (rules.length === 0 || rules.includes(rule))
}

/** Every such comment in a text. */
export function findIgnoreComments(text: string): IgnoreComment[] {
  if (!text.includes('driftos-ports-ignore')) return []
  const found: IgnoreComment[] = []
  let line = 1
  let lineStart = 0
  for (const { index, 1: rules } of text.matchAll(comment)) {
    for (let next = text.indexOf('\n', lineStart); next >= 0 && next < index; next = text.indexOf('\n', lineStart)) {
      line++
      lineStart = next + 1
    }
    found.push({
      line,
      column: index - lineStart + 1,
      lineText: text.slice(lineStart, text.indexOf('\n', index) + 1 || undefined).trimEnd(),
      rules: rules?.split(',').map((rule) => rule.trim()) ?? [],
      lines: [line, line + 1],
    })
  }
  return found
}
