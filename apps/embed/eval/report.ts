import type { Action } from '@driftos/drift'
import type { Outcome } from './evaluate.js'

const actions = ['STAY', 'ROUTE', 'BRANCH'] as const satisfies readonly Action[]

/** The outcomes as a confusion matrix with each action's precision and recall, and the mistakes one by one. */
export function report(outcomes: readonly Outcome[]): string {
  const count = (expected: Action, decided: Action) =>
    outcomes.filter((outcome) => outcome.expected === expected && outcome.decided === decided).length
  const rows = actions.map((expected) => {
    const cells = actions.map((decided) => String(count(expected, decided)))
    const decided = outcomes.filter((outcome) => outcome.decided === expected)
    const wanted = outcomes.filter((outcome) => outcome.expected === expected)
    return [expected, ...cells, ratio(decided), ratio(wanted)]
  })
  const wrong = outcomes.filter(({ isRight }) => !isRight)
  // The first turn of a conversation is a new branch by definition, and not counted.
  return [
    table([['expected', ...actions.map((action) => `-> ${action}`), 'precision', 'recall'], ...rows]),
    `\nright: ${outcomes.length - wrong.length} of ${outcomes.length} decisions, ${ratio(outcomes)}`,
    ...(wrong.length > 0 ? ['\nMistakes:'] : []),
    ...wrong.map(
      ({ expected, decided, similarity, content }) =>
        `  ${expected} -> ${decided} (${similarity.toFixed(2)}): ${content}`,
    ),
  ].join('\n')
}

function ratio(outcomes: readonly Outcome[]): string {
  if (outcomes.length === 0) return '-'
  return `${((100 * outcomes.filter(({ isRight }) => isRight).length) / outcomes.length).toFixed(1)} %`
}

function table(rows: readonly (readonly string[])[]): string {
  const widths = rows[0]!.map((_, column) => Math.max(...rows.map((row) => row[column]!.length)))
  return rows.map((row) => row.map((cell, column) => cell.padStart(widths[column]!)).join('  ')).join('\n')
}
