import type { Row } from './figure.js'

/** The columns of a figure. */
export const header = ['what', 'median', 'ratio', 'quartiles', 'against', 'goal', 'met', 'note']

/** A row's cells, in the order of the header. */
export function formatCells(row: Row, met: boolean | undefined): string[] {
  const { ratio, goal, unit } = row
  return [
    row.subject,
    `${number(row.median)} ${unit}`,
    `${number(ratio.median)}x`,
    ratio.low === ratio.high ? '' : `${number(ratio.low)}-${number(ratio.high)}`,
    row.base,
    goal ? (goal.of === 'ratio' ? `${goal.atMost.toFixed(2)}x` : `${goal.atMost} ${unit}`) : '',
    met === undefined ? '' : met ? 'yes' : 'NO',
    [row.note, met === false ? goal?.limit : undefined].filter((text) => text !== undefined).join('; '),
  ]
}

/** A figure's rows for a terminal, in columns. */
export function formatTable(rows: readonly (readonly string[])[]): string {
  const cells = [header, ...rows]
  const widths = header.map((_, column) => Math.max(...cells.map((row) => row[column]?.length ?? 0)))
  const line = (row: readonly string[]) =>
    row
      .map((cell, column) =>
        column === 1 || column === 2 ? cell.padStart(widths[column] ?? 0) : cell.padEnd(widths[column] ?? 0),
      )
      .join('  ')
      .trimEnd()
  return cells.map(line).join('\n')
}

function number(value: number): string {
  return value.toFixed(value < 10 ? 2 : value < 100 ? 1 : 0)
}
