import type { Dialect, Match } from '@driftos/port-scanner'
import type { Attribution } from './attribution.js'
import type { Package } from './repository.js'

/** A match with its place and the service that it belongs to. */
export interface Occurrence extends Match {
  /** Absolute path of the scanned directory. */
  readonly root: string
  /** From the root, with `/`. */
  readonly path: string
  /** From the working directory, with `/`. */
  readonly file: string
  /** Absolute path. */
  readonly location: string
  readonly kind: Dialect['kind']
  readonly line: number
  readonly column: number
  /** For output only: no rule reads it. */
  readonly lineText: string
  readonly package: Package
  readonly attribution?: Attribution | undefined
}
