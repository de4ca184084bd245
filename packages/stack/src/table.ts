import type { ServiceName } from '@driftos/ports'
import colors from 'picocolors'

/** The result of a service's start. */
export interface Outcome {
  readonly service: ServiceName
  readonly port: number
  readonly origin: string
  readonly isUp: boolean
  /** Whether its process runs and does not answer yet. */
  readonly isStarting?: boolean
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
  const failed = outcomes.filter(({ isUp, isStarting }) => !isUp && !isStarting).map(({ service }) => service)
  const starting = outcomes.filter(({ isStarting }) => isStarting).map(({ service }) => service)
  return [
    '',
    colors.bold(format(header)),
    ...rows.map((row, index) => paint(outcomes[index]!)(format(row))),
    '',
    ...(starting.length > 0 ? [`Still starting: ${starting.join(', ')}.`] : []),
    ...(failed.length > 0 ? [`Not running: ${failed.join(', ')}. Press Ctrl-C to stop the others.`] : []),
    ...(starting.length + failed.length === 0 ? [formatRunning(elapsedMs)] : []),
    '',
  ].join('\n')
}

function paint({ isUp, isStarting }: Outcome): (text: string) => string {
  if (isUp) return colors.green
  return isStarting ? colors.yellow : colors.red
}

/** Formats the line that every service is up. */
export function formatRunning(elapsedMs: number): string {
  return `DriftOS is running after ${(elapsedMs / 1000).toFixed(1)} s. Press Ctrl-C to stop it.`
}
