import { conflict } from './conflict.js'
import { hardCodedPort } from './hard-coded-port.js'
import { retiredPort } from './retired-port.js'
import type { OccurrenceRule, ProjectRule, Rule } from './rule.js'
import { staleArtifact } from './stale-artifact.js'
import { unreachedOverride } from './unreached-override.js'
import { unregisteredPort } from './unregistered-port.js'
import { unusedIgnore } from './unused-ignore.js'
import { wrongPort } from './wrong-port.js'

/** Rules about one occurrence, in the order in which they are asked; the first verdict counts. */
export const occurrenceRules: readonly OccurrenceRule[] = [
  retiredPort,
  wrongPort,
  unregisteredPort,
  unreachedOverride,
  hardCodedPort,
]

/** Rules about all occurrences together. */
export const projectRules: readonly ProjectRule[] = [conflict]

/** Every rule. */
export const rules: readonly Rule[] = [...occurrenceRules, ...projectRules, staleArtifact, unusedIgnore]
