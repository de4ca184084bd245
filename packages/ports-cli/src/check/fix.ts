import type { Finding } from './finding.js'

/** Returns a text with the right numbers instead of the wrong ones; a place that no longer contains its number stays. */
export function applyFixes(text: string, findings: readonly Finding[]): string {
  const lines = text.split('\n')
  for (const { line, column, port, fix } of findings.toSorted((one, other) => other.column - one.column)) {
    const before = lines[line - 1]
    const spelled = before && /^[\d_]+/.exec(before.slice(column - 1))?.[0]
    if (fix === undefined || !before || !spelled || Number(spelled.replaceAll('_', '')) !== port) continue
    lines[line - 1] = before.slice(0, column - 1) + String(fix) + before.slice(column - 1 + spelled.length)
  }
  return lines.join('\n')
}
