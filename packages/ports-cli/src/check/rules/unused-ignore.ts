import type { Rule } from './rule.js'

/** A comment that silences nothing. */
export const unusedIgnore: Rule = {
  name: 'unused-ignore',
  why: 'it would silence the next wrong port on its line',
  fix: 'delete the comment',
}
