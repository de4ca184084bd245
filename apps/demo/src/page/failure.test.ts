import { describe, expect, it } from 'vitest'
import { failureOf, describeFailure, unreachable } from './failure.js'

const body = (code: string, message: string, service?: string) => ({ error: { code, message, service } })

describe('failureOf', () => {
  it('parses an error of the gateway', () => {
    expect(failureOf(502, body('UPSTREAM_DOWN', 'core cannot be reached', 'core'), null)).toMatchObject({
      status: 502,
      code: 'UPSTREAM_DOWN',
      service: 'core',
      retryAfterSeconds: undefined,
    })
    expect(failureOf(429, body('TOO_MANY_REQUESTS', 'x'), '12').retryAfterSeconds).toBe(12)
  })

  it.each([undefined, null, 'x', {}, { error: 'x' }, { error: { message: 7 } }])('has a message for %j', (answer) => {
    expect(failureOf(500, answer, 'soon')).toMatchObject({ code: 'UNKNOWN', retryAfterSeconds: undefined })
  })

  it('is uncertain if the answer may have been lost', () => {
    expect([400, 413, 429, 500, 502, 504].filter((status) => failureOf(status, {}, null).isUncertain)).toEqual([
      500, 502, 504,
    ])
    expect(unreachable(new Error('x')).isUncertain).toBe(true)
  })
})

describe('describeFailure', () => {
  it.each([
    [failureOf(502, body('UPSTREAM_DOWN', 'core cannot be reached'), null), 'Core cannot be reached.'],
    [failureOf(413, body('X', 'content is longer'), null), 'This text is too long for the service. Content is longer.'],
    [failureOf(429, body('X', 'slow down'), '11.2'), 'Too many requests: try again in 12 s. Slow down.'],
    [failureOf(429, body('X', 'slow down'), null), 'Too many requests: try again in a minute. Slow down.'],
    [failureOf(418, null, null), 'The answer has status 418 without a message.'],
  ])('is a sentence', (failure, words) => {
    expect(describeFailure(failure)).toBe(words)
  })
})
