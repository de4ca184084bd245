import type { Verdict } from './rules/rule.js'

/** A place that disagrees with the registry. */
export interface Finding extends Verdict {
  readonly rule: string
  /** From the working directory, with `/`. */
  readonly file: string
  /** From 1. */
  readonly line: number
  /** From 1, in UTF-16 code units. */
  readonly column: number
  readonly port: number
  /** The whole line, for output. */
  readonly lineText: string
  /** Absolute path. */
  readonly location: string
}
