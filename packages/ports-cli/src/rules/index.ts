import { conflict } from './conflict.js'
import { hardCodedPort } from './hard-coded-port.js'
import { retiredPort } from './retired-port.js'
import type { OccurrenceRule, Rule } from './rule.js'
import { staleArtifact } from './stale-artifact.js'
import { unregisteredPort } from './unregistered-port.js'
import { unusedIgnore } from './unused-ignore.js'
import { wrongPort } from './wrong-port.js'

/** The rules for one occurrence; the first that has something to say is the one that is heard. */
export const occurrenceRules: readonly OccurrenceRule[] = [retiredPort, wrongPort, unregisteredPort, hardCodedPort]

/** Every rule. */
export const rules: readonly Rule[] = [...occurrenceRules, conflict, staleArtifact, unusedIgnore]
