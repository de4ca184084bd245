import type { ServiceName } from '@driftos/ports'
import { describe, expect, it } from 'vitest'
import { isOptional, serviceNames } from '../definitions.js'
import type { ServiceState } from '../live/state.js'
import type { Live } from './use-live.js'
import { findVerdict, formatAge } from './verdict.js'

const expected = serviceNames.filter((service) => !isOptional(service))
const [first, second, third] = expected.filter((service) => service !== 'website')
const since = new Date().toISOString()

/** Returns live states: `up`, except for those given. */
function live(others: Partial<Record<ServiceName, Partial<ServiceState>>>): Live {
  const states = Object.fromEntries(
    serviceNames.map((service) => [service, { service, port: 1, state: 'up', since, ...others[service] }]),
  ) as Record<ServiceName, ServiceState>
  return { connection: 'live', states }
}

const all = (state: ServiceState['state']) =>
  Object.fromEntries(expected.map((service) => [service, { state }])) as Partial<
    Record<ServiceName, Partial<ServiceState>>
  >

describe('findVerdict', () => {
  it('is good when every service is up that DriftOS does not work without', () => {
    const optional = Object.fromEntries(serviceNames.filter(isOptional).map((service) => [service, { state: 'down' }]))
    const verdict = findVerdict(live(optional))
    expect(verdict).toMatchObject({ tone: 'good', text: 'All services are up' })
    expect(verdict.detail).toMatch(new RegExp(`^${expected.length} of ${expected.length}, since `))
  })

  it.each(expected)('names %s when it alone is down, with the reason', (service) => {
    const verdict = findVerdict(live({ [service]: { state: 'down', reason: 'nothing listens' } }))
    expect(verdict).toMatchObject({ tone: 'bad', text: `${service} is down` })
    expect(verdict.detail).toMatch(/^Since .*: nothing listens$/)
  })

  it('shows how the process ended instead of the result of the probe', () => {
    const run = {
      state: 'failed',
      restarts: 5,
      lastExit: { code: 1, signal: null, reason: 'exit code 1', at: since },
    } as const
    const verdict = findVerdict(live({ [first!]: { state: 'down', reason: 'nothing listens', run } }))
    expect(verdict.detail).toMatch(/: exit code 1$/)
  })

  it.each([
    ['down', 'bad', '3 services are down'],
    ['stranger', 'bad', '3 services are blocked by another process'],
    ['elsewhere', 'warning', '3 services are running from another checkout'],
  ] as const)('counts and names several services that are %s', (state, tone, text) => {
    const verdict = findVerdict(live({ [first!]: { state }, [second!]: { state }, [third!]: { state } }))
    expect(verdict).toEqual({ tone, text, detail: `${first}, ${second}, and ${third}` })
  })

  it('counts services in different states together', () => {
    expect(findVerdict(live({ [first!]: { state: 'down' }, [second!]: { state: 'stranger' } })).text).toBe(
      '2 services are not up',
    )
  })

  it('shows how to start DriftOS when only the website runs', () => {
    expect(findVerdict(live({ ...all('down'), website: { state: 'up' } }))).toMatchObject({
      tone: 'bad',
      text: 'DriftOS is not running',
    })
  })

  it.each(['static', 'asking', 'lost'] as const)('is unknown without states: %s', (connection) => {
    expect(findVerdict({ connection }).tone).toBe('unknown')
  })
})

describe('formatAge', () => {
  it.each([
    [0, '0 s'],
    [59, '59 s'],
    [60, '1 min'],
    [3599, '59 min'],
    [3600, '1 h'],
    [86_400, '1 d'],
    [-5, '0 s'],
  ])('returns the largest unit of %i seconds', (seconds, text) => {
    expect(formatAge(new Date(Date.now() - seconds * 1000).toISOString())).toBe(text)
  })
})
