import { median, ratioOf, type Ratio } from './measure.js'

/** How long to measure. */
export type Effort = 'full' | 'quick'

/** A figure: what it measures, and how. */
export interface Figure {
  readonly title: string
  /** How it was measured, in a sentence or two. */
  readonly method: string
  /** Left out of a quick run that does not name it. */
  readonly takesMinutes?: true
  readonly measure: (effort: Effort) => Promise<readonly Row[]>
}

/** One line of the table. */
export interface Row {
  /** What is measured; the name of a package for a peer. */
  readonly subject: string
  /** What its ratio is taken against. */
  readonly base: string
  /** The median, in `unit`. */
  readonly median: number
  readonly unit: 'B' | 'ns' | 'µs' | 'ms'
  readonly ratio: Ratio
  /** At most this much, of the ratio or of the median itself. Peers and bases have none. */
  readonly goal?: { readonly of: 'ratio' | 'median'; readonly atMost: number }
  readonly note?: string
}

/**
 * The line that samples make, beside those of their base from the same rounds.
 *
 * @param rest - its goal or a note
 */
export function rowOf(
  [subject, samples]: readonly [string, readonly number[]],
  [base, baseSamples]: readonly [string, readonly number[]],
  unit: Row['unit'],
  rest: Pick<Row, 'goal' | 'note'> = {},
): Row {
  return { subject, base, median: median(samples), unit, ratio: ratioOf(samples, baseSamples), ...rest }
}

/** Whether a row keeps its goal; undefined for a row without one. */
export function isMet(row: Row): boolean | undefined {
  return row.goal && (row.goal.of === 'ratio' ? row.ratio.median : row.median) <= row.goal.atMost
}
