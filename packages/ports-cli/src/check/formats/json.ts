import type { Finding } from '../check.js'
import { serviceOf, type Occurrence, type RegistryView } from '../rules/rule.js'
import type { Report } from './report.js'

/** The findings as one JSON object. */
export function formatJson({ findings, scanned, ms }: Report): string {
  const { files, bytes, skipped } = scanned
  const { unreadable } = skipped
  return print({
    findings: findings.map(findingOf),
    scanned: { files, bytes, ms: Math.round(ms), skipped: { ...skipped, unreadable: unreadable.length }, unreadable },
  })
}

/** All that was taken for a port, as one JSON object. */
export function formatOccurrences(occurrences: readonly Occurrence[], registry: RegistryView): string {
  return print({
    occurrences: occurrences.map((occurrence) => {
      const { file, line, column, port, role, side, clues, meaning } = occurrence
      const subject = meaning?.subject ?? clues[0]?.text
      return { file, line, column, port, role, side, subject, service: serviceOf(occurrence, registry) }
    }),
  })
}

function findingOf({ rule, severity, file, line, column, port, service, message, suggestion }: Finding) {
  return { rule, severity, file, line, column, port, service, message, suggestion }
}

function print(value: object): string {
  return `${JSON.stringify(value, null, 2)}\n`
}
