import { describe, expect, it } from 'vitest'
import { findService, isRegisteredPort } from './lookup.js'
import type { RangeDefinition, RetiredService, ServiceDefinition } from './registry.js'
import { history, PORTS, ranges, retired as retiredServices, services } from './tables.js'
import type { ServiceName } from './types.js'

const held = new Set<number>(Object.values(PORTS))
const gone: Readonly<Record<string, RetiredService>> = retiredServices
const left = new Set([...history.map(({ from }) => from), ...Object.values(gone).map(({ port }) => port)])
const retired = [...left].filter((port) => !held.has(port))
const isFree = (port: number) => !held.has(port) && !left.has(port)
const reserved = Object.values(ranges)
  .flatMap((range) => numbersOf((range as RangeDefinition).reserved))
  .filter(isFree)
const unreserved = Object.values<RangeDefinition>(ranges)
  .flatMap((range) => [range.first, range.last].filter((port) => !port || port < (range.reserved?.first ?? Infinity)))
  .filter(isFree)
  .filter((port) => !reserved.includes(port))
const inside = Object.values<ServiceDefinition>(services).flatMap(({ containerPort = 0 }) =>
  isFree(containerPort) ? [containerPort] : [],
)
/** Numbers that no service has, had, or can get from a range. */
const unknown = [0, 1, ...unreserved, ...inside, 65_536, ...Object.values(PORTS).flatMap((port) => [-port, port + 0.5])]

function numbersOf({ first, last } = { first: 0, last: -1 }): number[] {
  return Array.from({ length: last - first + 1 }, (_, index) => first + index)
}

describe('findService', () => {
  it.each(Object.entries(PORTS))('finds %s as the owner of its port', (service, port) => {
    expect(findService(port)).toEqual({ port, status: 'assigned', service })
  })

  it.each(retired)('returns the last owner of the retired port %i and its present port', (port) => {
    const last = Object.keys(gone).find((name) => gone[name]!.port === port)
    const service = last ?? history.findLast(({ from }) => from === port)!.service
    const movedTo = last ? undefined : PORTS[service as ServiceName]
    expect(findService(port)).toEqual({ port, status: 'retired', service, ...(movedTo && { movedTo }) })
  })

  it.each([...left].filter((port) => held.has(port)))(
    'returns the present owner of %i, a past port of others',
    (port) => {
      expect(findService(port)).toMatchObject({ port, status: 'assigned' })
    },
  )

  it.each(reserved)('returns %i as reserved', (port) => {
    expect(findService(port)).toEqual({ port, status: 'reserved' })
  })

  it.each([...unknown, ...reserved.map((port) => port + 0.5), NaN, Infinity])('returns undefined for %d', (port) => {
    expect(findService(port)).toBeUndefined()
  })
})

describe('isRegisteredPort', () => {
  it.each(Object.values(PORTS))('holds for %i', (port) => {
    expect(isRegisteredPort(port)).toBe(true)
  })

  it.each([...retired, ...reserved, ...unknown, NaN])('does not hold for %d', (port) => {
    expect(isRegisteredPort(port)).toBe(false)
  })
})
