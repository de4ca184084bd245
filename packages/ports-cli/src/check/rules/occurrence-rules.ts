import { hardCodedPort } from './hard-coded-port.js'
import { retiredPort } from './retired-port.js'
import type { OccurrenceRule } from './rule.js'
import { unreachedOverride } from './unreached-override.js'
import { unregisteredPort } from './unregistered-port.js'
import { wrongPort } from './wrong-port.js'

/** Rules about one occurrence, in the order in which they are asked; the first verdict counts. */
export const occurrenceRules: readonly OccurrenceRule[] = [
  retiredPort,
  wrongPort,
  unregisteredPort,
  unreachedOverride,
  hardCodedPort,
]
