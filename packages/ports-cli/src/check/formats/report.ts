import type { Finding } from '../check.js'
import type { Rule } from '../rules/rule.js'
import type { Tally, Unreadable } from '@driftos/port-scanner'

/** What a check found, and in how much. */
export interface Report {
  readonly findings: readonly Finding[]
  readonly rules: readonly Rule[]
  readonly scanned: Tally
  readonly ms: number
}

/** What could not be read, and why, on one line. */
export function describeUnreadable({ file, reason }: Unreadable): string {
  return printable(`${file} could not be read: ${reason}`)
}

/** Without what a terminal would take for a command; every code unit keeps its place. */
export function printable(text: string): string {
  return text.replace(/[\p{Cc}\u2028\u2029]/gu, ' ')
}

/** A phrase as a sentence of its own. */
export function sentence(text: string): string {
  return `${text.charAt(0).toUpperCase()}${text.slice(1)}.`
}
