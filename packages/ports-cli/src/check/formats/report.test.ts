import { describe, expect, it } from 'vitest'
import { rules } from '../rules/index.js'
import { redact } from './report.js'

describe('redact', () => {
  it.each([
    ['postgres://shop:s3cret@localhost:5433/shop', 'postgres://***@localhost:5433/shop'],
    ['DB_PASSWORD=s3cret', 'DB_PASSWORD=***'],
    ['"apiToken": "s3cret 1"', '"apiToken": ***'],
    ['client_secret: s3cret', 'client_secret: ***'],
    ['curl -H "X: ghp_0123456789abcdef" http://localhost:3000', 'curl -H "X: ***" http://localhost:3000'],
    ['CORE_PORT=3001', 'CORE_PORT=3001'],
    ['- core: http://localhost:3001', '- core: http://localhost:3001'],
  ])('prints no credential of %j', (text, expected) => {
    expect(redact(text)).toBe(expected)
  })
})

describe('a rule', () => {
  it.each(rules.flatMap(({ name, why, fix }) => [why, fix].map((text) => [name, text] as const)))(
    '%s says in one sentence: %s',
    (_, text) => {
      expect(text).toMatch(/^[A-Z].*[^.]\.$/)
    },
  )
})
