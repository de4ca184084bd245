import { adviseOn, type Report } from './report.js'

/** Editors' matchers of tsc's output want a number behind TS; TypeScript's own have at most five digits. */
const firstCode = 910_001

/** A line for each finding as tsc prints its own, which editors read. */
export function formatTsc({ findings, rules }: Report): string {
  const codes = new Map(rules.map(({ name }, index) => [name, firstCode + index]))
  return findings
    .map((finding) => {
      const { rule, severity, file, line, column } = finding
      return `${oneLine(file)}(${line},${column}): ${severity} TS${codes.get(rule)}: ${rule}: ${oneLine(adviseOn(finding))}\n`
    })
    .join('')
}

function oneLine(text: string): string {
  return text.replace(/[\r\n]+/g, ' ')
}
