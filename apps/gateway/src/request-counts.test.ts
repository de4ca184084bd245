import { expect, it, vi } from 'vitest'
import { RequestCounts } from './request-counts.js'

const hourMs = 3_600_000
const windowMs = 60_000

function count(counts: RequestCounts, client = 'one'): { current: number; ttl: number } {
  const done = vi.fn<(error: null, seen: { current: number; ttl: number }) => void>()
  counts.incr(client, done, windowMs)
  return done.mock.calls[0]![1]
}

it('ends a window after its duration, separately for each client', () => {
  vi.useFakeTimers()
  const counts = new RequestCounts()
  expect([count(counts), count(counts), count(counts, 'other')].map(({ current }) => current)).toEqual([1, 2, 1])
  vi.advanceTimersByTime(windowMs - 1)
  expect(count(counts)).toEqual({ current: 3, ttl: 1 })
  vi.advanceTimersByTime(1)
  expect(count(counts)).toEqual({ current: 1, ttl: windowMs })
  vi.useRealTimers()
})

it.each([
  ['set back an hour', -hourMs],
  ['set forward an hour', hourMs],
])('keeps the length of a window when the clock is %s', (_, byMs) => {
  vi.useFakeTimers()
  const counts = new RequestCounts()
  count(counts)
  vi.setSystemTime(Date.now() + byMs)
  expect(count(counts)).toEqual({ current: 2, ttl: windowMs })
  vi.advanceTimersByTime(windowMs)
  expect(count(counts)).toEqual({ current: 1, ttl: windowMs })
  vi.useRealTimers()
})
