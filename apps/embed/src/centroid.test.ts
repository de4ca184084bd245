import fc from 'fast-check'
import { expect, it } from 'vitest'
import { meanOf } from './centroid.js'

it('a running average is the mean', () => {
  const vector = fc.array(fc.double({ min: -1, max: 1, noNaN: true }), { minLength: 3, maxLength: 3 })
  fc.assert(
    fc.property(fc.array(vector, { minLength: 1, maxLength: 50 }), (vectors) => {
      const { centroid, count } = meanOf(vectors)
      expect(count).toBe(vectors.length)
      for (const [index, value] of centroid.entries())
        expect(value).toBeCloseTo(vectors.reduce((sum, one) => sum + one[index]!, 0) / vectors.length, 9)
    }),
  )
})
