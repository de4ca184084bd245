import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { ModelError } from './error.js'
import { createParameters, type ChatBody } from './parameters.js'

/** Every parameter that a client of the API might send. */
const optional = {
  temperature: 0,
  top_p: 1,
  max_tokens: 100,
  stop: ['\n'],
  seed: 1,
  n: 1,
  response_format: { type: 'json_object' },
  stream_options: { include_usage: true },
  presence_penalty: 0,
  frequency_penalty: 0,
  logit_bias: {},
  user: 'someone',
  reasoning_effort: 'low',
  tools: [],
}

const body: ChatBody = { model: 'any', messages: [{ role: 'user', content: 'Hello' }], ...optional }

/** The forms in which servers name a parameter. */
const forms: readonly ((name: string) => [status: number, body: string])[] = [
  (name) => [400, JSON.stringify({ error: { message: 'Unsupported.', param: name, code: 'unsupported_parameter' } })],
  (name) => [400, JSON.stringify({ error: { message: 'Bad.', param: `${name}.type`, code: null } })],
  (name) => [422, JSON.stringify({ detail: [{ loc: ['body', name], msg: 'Extra inputs are not permitted' }] })],
  (name) => [400, JSON.stringify({ error: { message: `Unsupported parameter: '${name}' is not supported` } })],
  (name) => [400, JSON.stringify({ error: `Unrecognized request argument supplied: ${name}` })],
  (name) => [400, JSON.stringify({ message: `unknown field \`${name}\`` })],
  (name) => [400, `Unknown name "${name}": Cannot find field.`],
  (name) => [400, `${name} is not supported`],
]

const refuse = ([status, text]: [number, string]) => new ModelError('refused', 'no', { answer: { status, text } })

describe('createParameters', () => {
  it('leaves out exactly the refused parameters, in any of the forms, and remembers it', async () => {
    const names = fc.subarray(Object.keys(optional))
    await fc.assert(
      fc.asyncProperty(names, fc.constantFrom(...forms), async (refused, form) => {
        const told: string[] = []
        const parameters = createParameters((fresh) => told.push(...fresh))
        let requests = 0
        const request = async (sent: ChatBody) => {
          requests++
          const wrong = refused.find((name) => name in sent)
          if (wrong !== undefined) throw refuse(form(wrong))
          return sent
        }
        const expected = Object.keys(body).filter((name) => !refused.includes(name))
        if (refused.includes('max_tokens')) expected.push('max_completion_tokens')
        const sent = await parameters.send(body, request)
        expect(Object.keys(sent).toSorted()).toEqual(expected.toSorted())
        expect(requests).toBe(refused.length + 1)
        expect(new Set(parameters.refused())).toEqual(new Set(refused))
        expect(told.toSorted()).toEqual(refused.toSorted())
        expect(await parameters.send(body, request)).toEqual(sent)
        expect(requests).toBe(refused.length + 2)
      }),
    )
  })

  it.each([
    ['max_tokens', 'max_completion_tokens'],
    ['max_completion_tokens', 'max_tokens'],
  ])('sends %s as %s, and not at all when both are refused', async (one, other) => {
    const request = (refused: readonly string[]) => async (sent: ChatBody) => {
      const wrong = refused.find((name) => name in sent)
      if (wrong !== undefined) throw refuse([400, JSON.stringify({ error: { param: wrong } })])
      return sent
    }
    const { model, messages } = body
    const limited = { model, messages, [one]: 7 }
    const quiet = () => {}
    expect(await createParameters(quiet).send(limited, request([one]))).toEqual({ model, messages, [other]: 7 })
    expect(await createParameters(quiet).send(limited, request([one, other]))).toEqual({ model, messages })
  })

  it('comes to an end whatever the server answers', async () => {
    const status = fc.constantFrom(400, 401, 404, 422, 429, 500, 501, 502)
    await fc.assert(
      fc.asyncProperty(
        status,
        fc.oneof(fc.string(), fc.json(), fc.constantFrom(...Object.keys(optional))),
        async (code, text) => {
          let requests = 0
          const parameters = createParameters(() => {})
          await expect(
            parameters.send(body, async () => {
              requests++
              throw refuse([code, text])
            }),
          ).rejects.toThrow(ModelError)
          expect(requests).toBeLessThanOrEqual(Object.keys(optional).length + 3)
        },
      ),
    )
  })

  it.each(['The stop of the line is not here', 'We seed our servers', 'Users are not supported: a user of ours'])(
    'does not take a word for a parameter in %j',
    async (text) => {
      const { model, messages } = body
      const sent: ChatBody[] = []
      const parameters = createParameters(() => {})
      const result = parameters.send({ model, messages, stop: ['x'], seed: 1, user: 'x' }, async (one) => {
        sent.push(one)
        throw refuse([500, text])
      })
      await expect(result).rejects.toThrow('no')
      expect(sent).toHaveLength(1)
    },
  )
})
