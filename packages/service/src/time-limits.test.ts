import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { answerMs, killMs, leastUpstreamTimeoutMs, restartMs, stopMs, waitMs } from './time-limits.js'

const anyTimeout = fc.integer({ min: 1, max: 3_600_000 })

describe('the time limits', () => {
  it('let each service wait longer than the next one needs, with a restart', () => {
    fc.assert(
      fc.property(anyTimeout, fc.integer({ min: 1, max: 3 }), (upstreamTimeoutMs, hops) => {
        const settings = { upstreamTimeoutMs }
        expect(answerMs(settings)).toBeLessThan(waitMs(settings, 1))
        expect(waitMs(settings, hops + 1)).toBeGreaterThan(waitMs(settings, hops) + restartMs)
      }),
    )
  })

  it('let a service finish what others wait for before it is killed', () => {
    fc.assert(
      fc.property(anyTimeout, (upstreamTimeoutMs) => {
        expect(stopMs({ upstreamTimeoutMs })).toBeGreaterThanOrEqual(upstreamTimeoutMs)
        expect(killMs({ upstreamTimeoutMs })).toBeGreaterThan(stopMs({ upstreamTimeoutMs }))
      }),
    )
  })

  it('have the shortest time-out that allows a duration', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 1_000_000 }), (durationMs) => {
        const least = leastUpstreamTimeoutMs(durationMs)
        expect(answerMs({ upstreamTimeoutMs: least })).toBeGreaterThanOrEqual(durationMs)
        expect(answerMs({ upstreamTimeoutMs: least - 1 })).toBeLessThan(durationMs)
      }),
    )
  })
})
