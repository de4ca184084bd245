import { expect, it } from 'vitest'
import { topics } from './topics.js'

it.each(Object.entries(topics))('the words of %s are sorted and unique', (_topic, words) => {
  const list = words.split(' ')
  expect(list).toEqual([...new Set(list)].toSorted())
})
