import { createLocator, type Position } from '@driftos/port-scanner'

/** A comment that silences findings on its own line and the next: `driftos-ports-ignore [rules]: reason`. */
export interface IgnoreComment extends Position {
  /** The rules that it names; none where it means all. */
  readonly rules: readonly string[]
}

// Only after the sign of a comment: the word alone silences nothing.
const comment =
  /(?<=(?:\/\/|#|\/\*|\*|<!--|--|;)[^\n]{0,100})driftos-ports-ignore(?![\w-])([ \t]+[a-z][a-z-]*(?:[ \t]*,[ \t]*[a-z][a-z-]*)*(?=[ \t]*(?::|$|-->|\*\/|#)))?/gm

/** Returns whether a comment silences a rule on a line. */
export function isSilencing({ line: own, rules }: IgnoreComment, rule: string, line: number): boolean {
  return (line === own || line === own + 1) && (rules.length === 0 || rules.includes(rule))
}

/** Every such comment in a text. */
export function findIgnoreComments(text: string): IgnoreComment[] {
  if (!text.includes('driftos-ports-ignore')) return []
  const positionOf = createLocator(text)
  return Array.from(text.matchAll(comment), ({ index, 1: rules }) => ({
    ...positionOf(index),
    rules: rules?.split(',').map((rule) => rule.trim()) ?? [],
  }))
}
