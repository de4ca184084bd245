import { conflict } from './conflict.js'
import { occurrenceRules } from './judge.js'
import type { Rule } from './rule.js'
import { staleArtifact } from './stale-artifact.js'
import { unusedIgnore } from './unused-ignore.js'

/** Every rule. */
export const rules: readonly Rule[] = [...occurrenceRules, conflict, staleArtifact, unusedIgnore]
