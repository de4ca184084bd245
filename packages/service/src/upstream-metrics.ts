import { Counter, Gauge, type Registry } from 'prom-client'
import type { ServiceName } from '@driftos/ports'
import type { Pool } from 'undici'
import type { createBreaker } from './breaker.js'
import type { Fault } from './upstream-failure.js'

/** The parts of an upstream that are measured. */
interface Measured {
  readonly service: ServiceName
  readonly pool: Pick<Pool, 'stats'>
  readonly breaker: Pick<ReturnType<typeof createBreaker>, 'closed' | 'opened' | 'halfOpen'>
}

/** Counts a fault of an upstream; `broken` is an answer that broke off after its start. */
export type FaultCounter = (service: ServiceName, fault: Fault | 'broken') => void

/** Registers metrics for the upstreams of an app; returns the counter of their faults. */
export function registerUpstreamMetrics(register: Registry, upstreams: readonly Measured[]): FaultCounter {
  const errors = new Counter({
    name: 'upstream_errors_total',
    help: 'Requests that an upstream did not answer, or answered in part, by upstream and reason',
    labelNames: ['upstream', 'reason'],
    registers: [register],
  })
  const gauge = (name: string, help: string, valuesOf: (upstream: Measured) => Readonly<Record<string, number>>) =>
    new Gauge({
      name,
      help,
      labelNames: ['upstream', 'state'],
      registers: [register],
      collect() {
        for (const upstream of upstreams)
          for (const [state, value] of Object.entries(valuesOf(upstream)))
            this.set({ upstream: upstream.service, state }, value)
      },
    })
  gauge('upstream_connections', 'Connections to an upstream, by whether a request uses them', ({ pool }) => {
    const { connected, free } = pool.stats
    return { busy: connected - free, free }
  })
  gauge('upstream_requests', 'Requests to an upstream, by whether they have a connection yet', ({ pool }) => {
    const { running, pending } = pool.stats
    return { running, waiting: pending }
  })
  gauge('upstream_circuit', '1 for the state of the circuit breaker of an upstream', ({ breaker }) => ({
    closed: Number(breaker.closed),
    open: Number(breaker.opened),
    half_open: Number(breaker.halfOpen),
  }))
  return (upstream, reason) => errors.inc({ upstream, reason })
}
