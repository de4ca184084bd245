import { allProblems, newPortScore, type Score, type Share } from './score.js'

const kinds = ['configuration', 'source', 'documents']

/** A score as a text: ports by kind and by reader, then problems by rule. */
export function formatScore(title: string, score: Score): string {
  const { ports, problems, errorsAtCorrect, lookAlikesTaken, lookAlikesReported } = score
  const readers = Object.keys(ports).filter((name) => !kinds.includes(name))
  const rows = [...kinds, ...readers.toSorted()].map((name) => {
    const { ports: all, found, falsely, sides, services } = ports[name] ?? newPortScore()
    const shares = [{ right: found, of: found + falsely }, { right: found, of: all }, sides, services]
    return [kinds.includes(name) ? name : `  ${name}`].concat(shares.map(formatShare))
  })
  const found = Object.entries({ problems: allProblems(score), ...problems })
  return [
    formatRows([[title, 'precision', 'recall', 'side', 'service'], ...rows]),
    formatRows([
      ...found.map(([rule, share]) => [rule === 'problems' ? 'problems found' : `  ${rule}`, formatShare(share)]),
      ['errors at correct ports', formatCount(errorsAtCorrect)],
      ['look-alikes taken for ports', formatCount(lookAlikesTaken)],
      ['look-alikes reported', formatCount(lookAlikesReported)],
    ]),
  ].join('\n')
}

function formatShare({ right, of }: Share): string {
  return of === 0 ? '-' : `${(right / of).toFixed(3)} (${right}/${of})`
}

function formatCount({ right, of }: Share): string {
  return `${right} of ${of}`
}

function formatRows(rows: readonly (readonly string[])[]): string {
  const widths = rows[0]!.map((_, column) => Math.max(...rows.map((row) => row[column]!.length)))
  return rows
    .map(
      (row) =>
        `${row
          .map((cell, column) => cell.padEnd(widths[column]!))
          .join('  ')
          .trimEnd()}\n`,
    )
    .join('')
}
