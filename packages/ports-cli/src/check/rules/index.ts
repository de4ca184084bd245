import { conflict } from './conflict.js'
import { occurrenceRules } from './occurrence-rules.js'
import type { ProjectRule, Rule } from './rule.js'
import { staleArtifact } from './stale-artifact.js'
import { unusedIgnore } from './unused-ignore.js'

/** Rules about all occurrences together. */
export const projectRules: readonly ProjectRule[] = [conflict]

/** Every rule. */
export const rules: readonly Rule[] = [...occurrenceRules, ...projectRules, staleArtifact, unusedIgnore]
