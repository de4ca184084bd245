import { describe, expect, it } from 'vitest'
import { formatCount } from './format-count.js'

describe('formatCount', () => {
  it.each([
    [0, '0'],
    [999, '999'],
    [1000, '1,000'],
    [1_234_567, '1,234,567'],
  ])('formats %d as %s', (count, formatted) => {
    expect(formatCount(count)).toBe(formatted)
  })
})
