import { describe, expect, it } from 'vitest'
import { interleave, median, quantile, ratioOf } from './measure.js'

describe('median', () => {
  it.each([
    [[7], 7],
    [[9, 1, 5], 5],
    [[4, 1, 3, 2], 2.5],
    [[1000, 2, 3], 3],
  ])('of %j is %d', (numbers, middle) => {
    expect(median(numbers)).toBe(middle)
  })

  it('leaves the numbers in their order', () => {
    const numbers = [3, 1, 2]
    median(numbers)
    expect(numbers).toEqual([3, 1, 2])
  })

  it('refuses to be taken of nothing', () => {
    expect(() => median([])).toThrowErrorMatchingInlineSnapshot(`[RangeError: no numbers to take a quantile of]`)
  })
})

describe('quantile', () => {
  it.each([
    [0, 10],
    [0.25, 20],
    [0.5, 30],
    [0.6, 34],
    [1, 50],
  ])('lies at %d of the way at %d', (share, number) => {
    expect(quantile([50, 30, 10, 40, 20], share)).toBeCloseTo(number)
  })
})

describe('ratioOf', () => {
  it('divides the medians', () => {
    expect(ratioOf([2, 4, 90], [1, 2, 3]).median).toBe(2)
  })

  it('spreads over the ratios within the rounds, which a slow machine leaves alone', () => {
    expect(ratioOf([2, 20, 200], [1, 10, 100])).toEqual({ median: 2, low: 2, high: 2 })
  })

  it('takes the quartiles of the rounds', () => {
    expect(ratioOf([1, 2, 3, 4, 5], [1, 1, 1, 1, 1])).toEqual({ median: 3, low: 2, high: 4 })
  })

  it('refuses samples that do not pair', () => {
    expect(() => ratioOf([1, 2], [1])).toThrowErrorMatchingInlineSnapshot(
      `[RangeError: a ratio needs as many samples of the base]`,
    )
  })
})

describe('interleave', () => {
  it('runs every task once a round, from another one on and every other round backwards', async () => {
    const ran: string[] = []
    const task = (name: string) => () => ran.push(name)
    await interleave({ a: task('a'), b: task('b'), c: task('c') }, 3, 0)
    expect(ran.join('')).toBe('abcacbcab')
  })

  it('keeps the results of the rounds and drops those of the warm-up', async () => {
    let count = 0
    expect(await interleave({ only: async () => count++ }, 3, 2)).toEqual({ only: [2, 3, 4] })
  })
})
