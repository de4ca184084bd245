import type { Finding } from '../finding.js'
import type { Rule } from '../rules/rule.js'
import type { Tally, Unreadable } from '@driftos/port-scanner'

/** The findings of a check, and what was read. */
export interface Report {
  readonly findings: readonly Finding[]
  readonly rules: readonly Rule[]
  readonly scanned: Tally
  readonly ms: number
  /** Returns where a service's number comes from: `registry.ts:16`. */
  readonly sourceOf?: (service: string) => string | undefined
}

/** What could not be read, and why, on one line. */
export function describeUnreadable({ file, reason }: Unreadable): string {
  return printable(`${file} could not be read: ${reason}`)
}

/** Returns a text without control characters; every other code unit keeps its position. */
export function printable(text: string): string {
  return text.replace(/[\p{Cc}\u2028\u2029]/gu, ' ')
}

/** Returns the message of a finding, with what to write instead. */
export function adviseOn({ message, suggestion }: Pick<Finding, 'message' | 'suggestion'>): string {
  return suggestion === undefined ? message : `${message}; write ${suggestion}`
}

/** Returns a phrase as a sentence. */
export function sentence(text: string): string {
  return `${text.charAt(0).toUpperCase()}${text.slice(1)}.`
}

const credential =
  /(?<=:\/\/)[^\s/@"'`<>]+(?=@)|(?<=(?:pass(?:word|wd|phrase)?|secret|token|api[_-]?key|access[_-]?key|private[_-]?key|credentials?|authorization)[\w-]*["']?\s*(?:[:=]|=>)\s*)(?!\s)[^\n]+|\b(?:gh[pousr]_|github_pat_|sk[-_]|xox[a-z]-|AKIA|eyJ)[\w.+/=-]{8,}/gi

/** Returns a text with `***` instead of passwords and tokens. */
export function redact(text: string): string {
  return text.replace(credential, '***')
}
