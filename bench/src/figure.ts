import { median, ratioOf, type Ratio } from './measure.js'

/** How thoroughly to measure. */
export type Effort = 'full' | 'quick'

/** A figure and its method. */
export interface Figure {
  readonly title: string
  /** How it was measured, in a sentence or two. */
  readonly method: string
  /** Skips the figure in a quick run, unless it is selected by `--only`. */
  readonly takesMinutes?: true
  readonly measure: (effort: Effort) => Promise<readonly Row[]>
}

/** The highest acceptable ratio or median. Peers and bases have none. */
interface Goal {
  readonly of: 'ratio' | 'median'
  readonly atMost: number
  /** What limits it, where it is missed. */
  readonly limit?: string
}

/** One row of the table. */
export interface Row {
  /** The subject of the measurement; for a peer, the name of its package. */
  readonly subject: string
  /** The base of its ratio. */
  readonly base: string
  /** The median, in `unit`. */
  readonly median: number
  readonly unit: 'B' | 'ns' | 'µs' | 'ms'
  readonly ratio: Ratio
  readonly goal?: Goal
  readonly note?: string
}

/**
 * Returns the row for samples and those of their base from the same rounds.
 *
 * @param rest - a goal or a note
 */
export function rowOf(
  [subject, samples]: readonly [string, readonly number[]],
  [base, baseSamples]: readonly [string, readonly number[]],
  unit: Row['unit'],
  rest: Pick<Row, 'goal' | 'note'> = {},
): Row {
  return { subject, base, median: median(samples), unit, ratio: ratioOf(samples, baseSamples), ...rest }
}

/** Returns whether a row meets its goal; undefined for a row without one. */
export function isMet(row: Row): boolean | undefined {
  return row.goal && (row.goal.of === 'ratio' ? row.ratio.median : row.median) <= row.goal.atMost
}
