import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { continueTrace, traceHeaders } from './trace.js'

const traceId = '0af7651916cd43dd8448eb211c80319c'
const parentId = 'b7ad6b7169203331'
const valid = `00-${traceId}-${parentId}-01`

describe('continueTrace', () => {
  it('keeps the trace id, the flag and the state, with a new span id', () => {
    const { traceparent, tracestate } = traceHeaders(continueTrace({ traceparent: valid, tracestate: 'a=1,b=2' }))
    expect(traceparent).toMatch(new RegExp(`^00-${traceId}-[\\da-f]{16}-01$`))
    expect(traceparent).not.toContain(parentId)
    expect(tracestate).toBe('a=1,b=2')
  })

  it.each([
    ['a later version', `cc-${traceId}-${parentId}-01`, '01'],
    ['a later version with more fields', `cc-${traceId}-${parentId}-01-what-the-future`, '01'],
    ['unknown flags', `00-${traceId}-${parentId}-fd`, '01'],
    ['no flag', `00-${traceId}-${parentId}-00`, '00'],
    ['the random flag', `00-${traceId}-${parentId}-02`, '02'],
  ])('accepts %s', (_of, traceparent, flags) => {
    expect(continueTrace({ traceparent })).toMatchObject({ traceId, flags })
  })

  it.each([
    ['none', undefined],
    ['an empty one', ''],
    ['version ff', `ff-${traceId}-${parentId}-01`],
    ['a trace id of zeros', `00-${'0'.repeat(32)}-${parentId}-01`],
    ['a parent id of zeros', `00-${traceId}-${'0'.repeat(16)}-01`],
    ['capital letters', valid.toUpperCase()],
    ['version 00 with more fields', `${valid}-more`],
    ['a later version with more characters', `cc-${traceId}-${parentId}-01more`],
    ['a short trace id', `00-${traceId.slice(1)}-${parentId}-01`],
    ['illegal characters', `00-${traceId.slice(1)}.-${parentId}-01`],
    ['two headers', `${valid}, ${valid}`],
    ['blanks', ` ${valid}`],
  ])('starts a trace without a state instead of %s', (_of, traceparent) => {
    const trace = continueTrace({ ...(traceparent !== undefined && { traceparent }), tracestate: 'a=1' })
    expect(trace.traceId).not.toBe(traceId)
    expect(traceHeaders(trace)).toEqual({
      traceparent: expect.stringMatching(/^00-[\da-f]{32}-[\da-f]{16}-00$/) as string,
    })
  })

  it('produces a header that the next service continues, whatever it receives', () => {
    fc.assert(
      fc.property(
        fc.oneof(fc.string(), fc.stringMatching(/^[0-9a-f]{2}-[0-9a-f]{32}-[0-9a-f]{16}-[0-9a-f]{2}$/)),
        (traceparent) => {
          const first = continueTrace({ traceparent })
          const second = continueTrace(traceHeaders(first))
          expect(second.traceId).toBe(first.traceId)
          expect(second.flags).toBe(first.flags)
          expect(second.spanId).not.toBe(first.spanId)
        },
      ),
    )
  })

  it('drops a state beyond 4 KB', () => {
    expect(traceHeaders(continueTrace({ traceparent: valid, tracestate: `a=${'x'.repeat(5000)}` }))).not.toHaveProperty(
      'tracestate',
    )
  })
})
