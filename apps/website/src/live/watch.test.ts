import { expect, it, onTestFinished } from 'vitest'
import { createWatch } from './watch.js'

it('checks once for all readers, and less often without readers', async () => {
  let looks = 0
  const watch = createWatch(
    async () => {
      looks++
      return []
    },
    () => {},
  )
  onTestFinished(watch.stop)
  const received = [0, 0]
  expect(looks).toBe(0)
  const leave = [0, 1].map((reader) => watch.join(() => void received[reader]!++))
  await expect.poll(() => received.every((count) => count >= 2)).toBe(true)
  expect(looks).toBeLessThanOrEqual(Math.max(...received))
  for (const each of leave) each()
  const before = looks
  await new Promise((resolve) => setTimeout(resolve, 2500))
  // The one that was due already.
  expect(looks).toBeLessThanOrEqual(before + 1)
  const idle = looks
  const again = watch.join(() => void received[0]!++)
  // The next check without readers would be far away.
  await expect.poll(() => looks).toBeGreaterThan(idle)
  again()
})

it('continues after a failed check', async () => {
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
  let received = 0
  onTestFinished(watch.stop)
  onTestFinished(watch.join(() => void received++))
  await expect.poll(() => received).toBe(1)
  expect(failures).toEqual([new Error('no socket')])
})
