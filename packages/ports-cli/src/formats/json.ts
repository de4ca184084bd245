import type { Finding } from '../check.js'
import type { Occurrence } from '../rules/rule.js'
import type { Report } from './report.js'

/** The findings as one JSON object. */
export function formatJson({ findings, scanned, ms }: Report): string {
  const { files, bytes, skipped } = scanned
  return print({ findings: findings.map(findingOf), scanned: { files, bytes, ms: Math.round(ms), skipped } })
}

/** All that was taken for a port, as one JSON object. */
export function formatOccurrences(occurrences: readonly Occurrence[]): string {
  return print({
    occurrences: occurrences.map(({ file, line, column, port, role, side, clues, meaning }) => {
      return {
        file,
        line,
        column,
        port,
        role,
        side,
        subject: meaning?.subject ?? clues[0]?.text,
        service: meaning?.service,
      }
    }),
  })
}

function findingOf({ rule, severity, file, line, column, port, service, message, suggestion }: Finding) {
  return { rule, severity, file, line, column, port, service, message, suggestion }
}

function print(value: object): string {
  return `${JSON.stringify(value, null, 2)}\n`
}
