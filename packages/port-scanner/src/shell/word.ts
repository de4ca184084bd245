import { sight } from '../sight.js'
import { type Clue, type Sighting, shift } from '../sighting.js'
import type { Command } from './parse-shell.js'

/** A word without its quotes, and where that begins. */
export interface Word {
  readonly start: number
  readonly text: string
}

/** A longer word holds no single port. */
const maxWordLength = 400

export function wordsOf(text: string, command: Command): Word[] {
  return command.words.map(({ start, end }) => {
    const quote = text[start] === '"' || text[start] === "'" ? 1 : 0
    const isClosed = quote === 1 && end - start > 1 && text[end - 1] === text[start]
    return {
      start: start + quote,
      text: text.slice(start + quote, Math.min(isClosed ? end - 1 : end, start + maxWordLength)),
    }
  })
}

/** Words before the command that is run. */
const prefixes =
  /^(?:sudo|exec|env|nohup|time|command|then|do|else|if|elif|while|until|!|npx|bunx|yarn|pnpm|dlx|-y|cross-env|\{|@|\$|>)$/

/** The command's own words: without the assignments and the like before them. */
export function ownWords(words: readonly Word[]): readonly Word[] {
  let first = 0
  while (first < words.length && (prefixes.test(words[first]!.text) || /^[A-Za-z_]\w*=/.test(words[first]!.text)))
    first++
  return words.slice(first)
}

export const nameOf = (word: Word | undefined): string => word?.text.replace(/^.*\//, '') ?? ''

/** A word of digits, or what it ends in behind `prefix`. */
export function sightWord(
  word: Word | undefined,
  prefix: RegExp,
  role: Sighting['role'],
  clues: readonly Clue[] = [],
): Sighting[] {
  if (!word) return []
  const skipped = prefix.exec(word.text)?.[0].length ?? -1
  return skipped === -1
    ? []
    : sight(word.text, skipped, word.text.length, role, 'host', clues).flatMap((one) => shift([one], word.start))
}

export const whole = /^/

/** The words among a command's that name something. */
export function labelsOf(words: readonly Word[]): Clue[] {
  return words
    .filter(({ text }) => /^[A-Za-z][\w .()-]{1,60}$/.test(text))
    .slice(0, 3)
    .map(({ text }) => ({ kind: 'label', text }) as const)
}
