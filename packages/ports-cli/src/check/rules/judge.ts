import { hardCodedPort } from './hard-coded-port.js'
import { retiredPort } from './retired-port.js'
import { isOfPast, type Occurrence, type OccurrenceRule, type RegistryView, type Verdict } from './rule.js'
import { unregisteredPort } from './unregistered-port.js'
import { wrongPort } from './wrong-port.js'

/** The rules for one occurrence, the one that knows most first. */
export const occurrenceRules: readonly OccurrenceRule[] = [retiredPort, wrongPort, unregisteredPort, hardCodedPort]

/** What the first rule has to say that has something to say of an occurrence; of the past none has. */
export function judge(
  occurrence: Occurrence,
  registry: RegistryView,
): { readonly rule: string; readonly verdict: Verdict } | undefined {
  if (isOfPast(occurrence, registry)) return undefined
  for (const rule of occurrenceRules) {
    const verdict = rule.judge(occurrence, registry)
    if (verdict) return { rule: rule.name, verdict }
  }
  return undefined
}
