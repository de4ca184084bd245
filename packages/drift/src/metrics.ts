import { Counter, type Registry } from 'prom-client'

/** Counts the decisions by their kind, from zero, so that a rate has a first value. */
export function countDecisions(metrics: Registry): Counter<'action' | 'mode'> {
  const decisions = new Counter({
    name: 'drift_decisions_total',
    help: 'Messages by decision, and by whether the client made it',
    labelNames: ['action', 'mode'] as const,
    registers: [metrics],
  })
  for (const action of ['STAY', 'ROUTE', 'BRANCH']) decisions.inc({ action, mode: 'AUTO' }, 0)
  for (const action of ['STAY', 'ROUTE']) decisions.inc({ action, mode: 'PINNED' }, 0)
  return decisions
}
