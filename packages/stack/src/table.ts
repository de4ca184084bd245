import type { ServiceName } from '@driftos/ports'
import colors from 'picocolors'

/** The result of a service's start. */
export interface Outcome {
  readonly service: ServiceName
  readonly port: number
  readonly origin: string
  readonly isUp: boolean
  readonly note: string
}

/** Formats the table of services with their ports, addresses and states. */
export function formatTable(outcomes: readonly Outcome[], elapsedMs: number): string {
  const header = ['service', 'port', 'address', 'state']
  const rows = outcomes.map(({ service, port, origin, note }) => [service, String(port), origin, note])
  const widths = header.map((title, column) => Math.max(title.length, ...rows.map((row) => row[column]!.length)))
  const format = (row: string[]) =>
    row
      .map((cell, column) => cell.padEnd(widths[column]!))
      .join('  ')
      .trimEnd()
  const failed = outcomes.filter(({ isUp }) => !isUp).map(({ service }) => service)
  const seconds = (elapsedMs / 1000).toFixed(1)
  return [
    '',
    colors.bold(format(header)),
    ...rows.map((row, index) => (outcomes[index]!.isUp ? colors.green(format(row)) : colors.red(format(row)))),
    '',
    failed.length === 0
      ? `DriftOS is running after ${seconds} s. Press Ctrl-C to stop it.`
      : `Not running: ${failed.join(', ')}. Press Ctrl-C to stop the others.`,
    '',
  ].join('\n')
}
