import type { ServiceDefinition } from '@driftos/ports/define'
import { describe, expect, it } from 'vitest'
import { services } from '../example.fixture.js'
import { formatFreeReserved } from './reserved.js'

const range = { first: 7000, last: 7009, reserved: { first: 7006, last: 7009 }, summary: 'An example' }

const registryOf = (table: Record<string, ServiceDefinition>) => ({
  services: table,
  ranges: { example: range },
  history: [],
})

describe('formatFreeReserved', () => {
  it.each([
    [[], '7006-7009'],
    [[7006], '7007-7009'],
    [[7007], '7006, 7008-7009'],
    [[7006, 7008], '7007, 7009'],
    [[7006, 7007, 7008, 7009], undefined],
  ])('leaves out assigned ports, %j', (held, free) => {
    const holders = held.map((port, index) => [`holder${index}`, { ...services.core, port }] as const)
    expect(formatFreeReserved(range, registryOf(Object.fromEntries(holders)))).toBe(free)
  })

  it('leaves out the past ports of moved and retired services', () => {
    const holder = { ...services.core, port: 7007 }
    const history = [{ service: 'holder', from: 7006, to: 7007, reason: 'an example' }]
    const retired = { gone: { port: 7009, reason: 'an example' } }
    expect(formatFreeReserved(range, { ...registryOf({ holder }), history, retired })).toBe('7008')
  })

  it('is none for a range that reserves nothing', () => {
    const { reserved: _, ...plain } = range
    expect(formatFreeReserved(plain, registryOf({}))).toBeUndefined()
  })
})
