import { expect, it, vi } from 'vitest'
import { RequestCounts } from './request-counts.js'

const hourMs = 3_600_000
const windowMs = 60_000

function count(counts: RequestCounts, client = 'one'): { current: number; ttl: number } {
  const done = vi.fn<(error: null, seen: { current: number; ttl: number }) => void>()
  counts.incr(client, done, windowMs)
  return done.mock.calls[0]![1]
}

it('a window ends when its time is over, for each client apart', () => {
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
  ['put back an hour', -hourMs],
  ['put on an hour', hourMs],
])('a clock that is %s neither shortens nor lengthens a window', (_, byMs) => {
  vi.useFakeTimers()
  const counts = new RequestCounts()
  count(counts)
  vi.setSystemTime(Date.now() + byMs)
  expect(count(counts)).toEqual({ current: 2, ttl: windowMs })
  vi.advanceTimersByTime(windowMs)
  expect(count(counts)).toEqual({ current: 1, ttl: windowMs })
  vi.useRealTimers()
})
