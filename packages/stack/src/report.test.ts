import { PORTS, type ServiceName } from '@driftos/ports'
import { afterEach, beforeEach, expect, it, vi } from 'vitest'
import { reportStart } from './report.js'

const [database, app] = (Object.keys(PORTS) as ServiceName[]).map((service) => ({
  service,
  folder: '',
  isDatabase: false,
}))
const waiting = 'the database does not answer'

beforeEach(() => void vi.useFakeTimers())
afterEach(() => void vi.useRealTimers())

/** Starts a database after ten seconds, and an app that needs it, if it ever does, some time later. */
function printed(appReadyAfterMs: number | undefined): string {
  const lines: string[] = []
  const print = vi.spyOn(console, 'log').mockImplementation((line: string) => void lines.push(line))
  const start = performance.now()
  const isReady = (member: unknown) => {
    const elapsed = performance.now() - start
    return member === database ? elapsed >= 10_000 : elapsed >= 10_000 + (appReadyAfterMs ?? Infinity)
  }
  const status = (member: unknown) => ({
    lifecycle: { isReady: isReady(member) },
    lastEnd: undefined,
    note: member === database || isReady(member) ? null : waiting,
  })
  const report = reportStart([database!, app!], status as never, {})
  vi.advanceTimersByTime(20_000)
  report.end()
  print.mockRestore()
  return lines.join('\n')
}

it('waits for services after a database that starts slowly', () => {
  expect(printed(1000)).not.toContain(waiting)
  expect(printed(1000)).toContain('DriftOS is running after')
})

it('lists a service that is not ready for some seconds while nothing else changes', () => {
  expect(printed(undefined)).toContain(`not ready: ${waiting}`)
})
