import { expect, it } from 'vitest'
import { clip } from './clip.js'

it.each([
  ['short', 'short'],
  ['a longer text', 'a longer'],
  ['1234567😀', '1234567'],
  ['123456😀9', '123456😀'],
])('of %j, %j is shown', (text, shown) => {
  expect(clip(text, 8)).toBe(shown)
})
