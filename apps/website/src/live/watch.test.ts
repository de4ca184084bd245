import { expect, it, onTestFinished, vi } from 'vitest'
import { createWatch } from './watch.js'

it('looks once for all readers, and not at all for none', async () => {
  let looks = 0
  const watch = createWatch(
    async () => {
      looks++
      return []
    },
    () => {},
  )
  const told = [0, 0]
  expect(looks).toBe(0)
  const leave = [0, 1].map((reader) => watch.join(() => void told[reader]!++))
  await vi.waitFor(() => expect(told.every((count) => count >= 2)).toBe(true), 5000)
  expect(looks).toBeLessThanOrEqual(Math.max(...told))
  for (const each of leave) each()
  const before = looks
  await new Promise((resolve) => setTimeout(resolve, 1200))
  expect(looks).toBe(before)
  const again = watch.join(() => void told[0]!++)
  await vi.waitFor(() => expect(looks).toBeGreaterThan(before))
  again()
})

it('goes on after a look that failed', async () => {
  const failures: unknown[] = []
  let looks = 0
  const watch = createWatch(
    async () => {
      looks++
      if (looks === 1) throw new Error('no socket')
      return []
    },
    (error) => failures.push(error),
  )
  let told = 0
  onTestFinished(watch.join(() => void told++))
  await vi.waitFor(() => expect(told).toBe(1), 5000)
  expect(failures).toEqual([new Error('no socket')])
})
