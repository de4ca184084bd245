import { describe, expect, it } from 'vitest'
import { findService, isRegisteredPort } from './lookup.js'
import { PORTS } from './tables.js'

describe('findService', () => {
  it.each(Object.entries(PORTS))('finds %s as the holder of its port', (service, port) => {
    expect(findService(port)).toEqual({ port, status: 'assigned', service })
  })

  it('tells where the holder of a retired port went', () => {
    expect(findService(3003)).toEqual({ port: 3003, status: 'retired', service: 'gateway', movedTo: 3000 })
  })

  it('names the present holder of a port that others left', () => {
    expect(findService(3002)).toEqual({ port: 3002, status: 'assigned', service: 'embed' })
  })

  it.each([3006, 3007, 3008, 3009])('knows %i as reserved', (port) => {
    expect(findService(port)).toEqual({ port, status: 'reserved' })
  })

  it.each([0, 1, -3000, 2999, 3011, 5432, 9090, 65_536, 3000.5, 3006.5, NaN, Infinity])('does not know %d', (port) => {
    expect(findService(port)).toBeUndefined()
  })
})

describe('isRegisteredPort', () => {
  it.each(Object.values(PORTS))('holds for %i', (port) => {
    expect(isRegisteredPort(port)).toBe(true)
  })

  it.each([0, 3003, 3006, 4000, 5432, 9090, 3000.5, NaN])('does not hold for %d', (port) => {
    expect(isRegisteredPort(port)).toBe(false)
  })
})
