import type { Finding } from '../finding.js'
import type { Colors } from '../../colors.js'
import { groupBy } from '../../group-by.js'
import { maxFileBytes } from '@driftos/port-scanner'
import { describeUnreadable, printable, redact, type Report } from './report.js'

/** Formats findings for people: one line each, by file, then the advice of each rule, and a summary. */
export function formatPretty(report: Report, colors: Colors): string {
  const files = groupBy(report.findings, ({ file }) => file)
  const blocks = [...files].map(([file, findings]) => {
    return `${colors.underline(printable(file))}\n${findings.map((finding) => formatFinding(finding, report, colors)).join('')}`
  })
  const found = new Set(report.findings.map(({ rule }) => rule))
  const advice = report.rules.filter(({ name }) => found.has(name))
  if (advice.length > 0)
    blocks.push(advice.map(({ name, why, fix }) => `${colors.dim(`${name}: ${why} ${fix}`)}\n`).join(''))
  const { unreadable } = report.scanned
  if (unreadable.length > 0)
    blocks.push(unreadable.map((one) => `${colors.yellow(describeUnreadable(one))}\n`).join(''))
  return [...blocks, `${formatSummary(report)}\n`].join('\n')
}

function formatFinding(finding: Finding, { sourceOf }: Report, colors: Colors): string {
  const { rule, severity, line, column, message, service } = finding
  const paint = severity === 'error' ? colors.red : colors.yellow
  const source = service === undefined ? undefined : sourceOf?.(service)
  const from = source === undefined ? '' : ` (${printable(source)})`
  return `  ${`${line}:${column}`.padEnd(8)}${paint(severity.padEnd(7))}  ${printable(redact(message))}${from}  ${colors.dim(rule)}\n`
}

function formatSummary({ findings, scanned, ms }: Report): string {
  const { files, bytes, skipped, unreadable } = scanned
  const counts = new Map<string, number>()
  for (const { rule } of findings) counts.set(rule, (counts.get(rule) ?? 0) + 1)
  const errors = findings.filter(({ severity }) => severity === 'error').length
  const said =
    findings.length === 0
      ? 'no findings'
      : `${count(errors, 'error')}, ${count(findings.length - errors, 'warning')} (${[...counts].map(([rule, number]) => `${rule} ${number}`).join(', ')})`
  const parts = [
    [skipped.binary, 'binary'],
    [skipped.large, `over ${maxFileBytes / 1024 / 1024} MiB`],
    [skipped.generated, 'generated'],
    [unreadable.length, 'unreadable'],
  ] as const
  const left = parts.filter(([number]) => number > 0).map(([number, what]) => `${number} ${what}`)
  return `${said} in ${count(files, 'file')}, ${formatBytes(bytes)}, ${(ms / 1000).toFixed(2)} s${left.length > 0 ? `; skipped: ${left.join(', ')}` : ''}`
}

function count(number: number, thing: string): string {
  return `${number} ${thing}${number === 1 ? '' : 's'}`
}

function formatBytes(bytes: number): string {
  return bytes < 1_000_000 ? `${(bytes / 1000).toFixed(1)} kB` : `${(bytes / 1_000_000).toFixed(1)} MB`
}
