import { describe, expect, it } from 'vitest'
import { takeMarks } from './label.js'

describe('takeMarks', () => {
  it.each([
    ['3000‹›', { is: 'port', number: 3000, side: 'host', service: undefined, rules: [] }],
    ['30_000‹no-port›', { is: 'no-port', number: 30_000, rules: [] }],
    ['3000‹optional›', { is: 'optional', number: 3000, rules: [] }],
    ['80‹either website›', { is: 'port', number: 80, side: undefined, service: 'website', rules: [] }],
    [
      '6379‹nobody unregistered-port›',
      { is: 'port', number: 6379, side: 'host', service: 'nobody', rules: ['unregistered-port'] },
    ],
    [
      '3004‹demo wrong-port conflict›',
      { is: 'port', number: 3004, side: 'host', service: 'demo', rules: ['wrong-port', 'conflict'] },
    ],
  ])('reads %s', (marked, label) => {
    expect(takeMarks(marked).labels).toEqual([{ line: 1, column: 1, ...label }])
  })

  it('counts columns as they are without the marks', () => {
    const { text, labels } = takeMarks('a\nx 3001‹core› y 3002‹embed›')
    expect(text).toBe('a\nx 3001 y 3002')
    expect(labels.map(({ line, column }) => [line, column])).toEqual([
      [2, 3],
      [2, 10],
    ])
  })
})
