import type { ServiceName } from '@driftos/ports'
import colors from 'picocolors'

/** A service in the table of the start. */
export interface Row {
  readonly service: ServiceName
  readonly port: number
  readonly origin: string
  readonly isReady: boolean
  /** The state as text. */
  readonly note: string
}

/** Formats the table of services with their ports, addresses and states, and a line about all of them. */
export function formatTable(rows: readonly Row[], elapsedMs: number): string {
  const header = ['service', 'port', 'address', 'state']
  const cells = rows.map(({ service, port, origin, note }) => [service, String(port), origin, note])
  const widths = header.map((title, column) => Math.max(title.length, ...cells.map((row) => row[column]!.length)))
  const format = (row: string[]) =>
    row
      .map((cell, column) => cell.padEnd(widths[column]!))
      .join('  ')
      .trimEnd()
  const waiting = rows.filter(({ isReady }) => !isReady).map(({ service }) => service)
  return [
    '',
    colors.bold(format(header)),
    ...cells.map((row, index) => (rows[index]!.isReady ? colors.green(format(row)) : colors.red(format(row)))),
    '',
    waiting.length === 0
      ? describeReady(elapsedMs)
      : `Not ready: ${waiting.join(', ')}. DriftOS keeps trying; press Ctrl-C to stop it.`,
    '',
  ].join('\n')
}

/** Returns the line for a stack whose services are all ready. */
export function describeReady(elapsedMs: number): string {
  return `DriftOS is running after ${(elapsedMs / 1000).toFixed(1)} s. Press Ctrl-C to stop it.`
}
