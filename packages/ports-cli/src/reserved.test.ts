import { services } from '@driftos/ports'
import { describe, expect, it } from 'vitest'
import { formatFreeReserved } from './reserved.js'

const range = { first: 7000, last: 7009, reserved: { first: 7006, last: 7009 }, summary: 'An example' }

describe('formatFreeReserved', () => {
  it.each([
    [[], '7006-7009'],
    [[7006], '7007-7009'],
    [[7007], '7006, 7008-7009'],
    [[7006, 7008], '7007, 7009'],
    [[7006, 7007, 7008, 7009], undefined],
  ])('leaves out what is held, %j', (held, free) => {
    const holders = held.map((port, index) => [`holder${index}`, { ...services.core, port }] as const)
    expect(formatFreeReserved(range, Object.fromEntries(holders))).toBe(free)
  })

  it('is none for a range that reserves nothing', () => {
    const { reserved: _, ...plain } = range
    expect(formatFreeReserved(plain, {})).toBeUndefined()
  })
})
