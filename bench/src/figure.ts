import type { Ratio } from './measure.js'

/** How long to measure. */
export type Effort = 'full' | 'quick'

/** A figure: what it measures, and how. */
export interface Figure {
  readonly title: string
  /** How it was measured, in a sentence or two. */
  readonly method: string
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
  readonly unit: 'B' | 'ns' | 'ms'
  readonly ratio: Ratio
  /** At most this much, of the ratio or of the median itself. Peers and bases have none. */
  readonly goal?: { readonly of: 'ratio' | 'median'; readonly atMost: number }
  readonly note?: string
}

/** Whether a row keeps its goal; undefined for a row without one. */
export function isMet({ goal, ratio, median }: Row): boolean | undefined {
  return goal && (goal.of === 'ratio' ? ratio.median : median) <= goal.atMost
}
