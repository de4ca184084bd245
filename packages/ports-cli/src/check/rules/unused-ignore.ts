import type { Rule } from './rule.js'

/** A comment that silences nothing. */
export const unusedIgnore: Rule = {
  name: 'unused-ignore',
  why: 'It would silence the next wrong port on its line.',
  fix: 'Delete the comment.',
}
