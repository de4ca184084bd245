import type { Finding } from '../check.js'
import type { Rule } from '../rules/rule.js'
import type { Tally } from '../scan/scan.js'

/** What a check found, and in how much. */
export interface Report {
  readonly findings: readonly Finding[]
  readonly rules: readonly Rule[]
  readonly scanned: Tally
  readonly ms: number
}

/** A phrase as a sentence of its own. */
export function sentence(text: string): string {
  return `${text.charAt(0).toUpperCase()}${text.slice(1)}.`
}
