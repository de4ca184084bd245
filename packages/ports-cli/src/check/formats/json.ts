import type { Finding } from '../finding.js'
import type { Occurrence } from '../occurrence.js'
import type { Report } from './report.js'

/** Returns the findings as one JSON object. */
export function formatJson({ findings, scanned, ms }: Report): string {
  const { files, bytes, skipped, unreadable } = scanned
  return print({
    findings: findings.map(findingOf),
    scanned: { files, bytes, ms: Math.round(ms), skipped: { ...skipped, unreadable: unreadable.length }, unreadable },
  })
}

/** Returns all that was taken for a port, as one JSON object. */
export function formatOccurrences(occurrences: readonly Occurrence[]): string {
  return print({
    occurrences: occurrences.map(({ file, line, column, port, role, side, evidence, attribution }) => {
      const subject = attribution?.text ?? evidence[0]?.text
      return { file, line, column, port, role, side, subject, service: attribution?.services[0] }
    }),
  })
}

function findingOf({ rule, severity, file, line, column, port, service, message, suggestion }: Finding) {
  return { rule, severity, file, line, column, port, service, message, suggestion }
}

function print(value: object): string {
  return `${JSON.stringify(value, null, 2)}\n`
}
