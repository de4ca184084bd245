import { describe, expect, it } from 'vitest'
import { parseModelSettings } from './settings.js'

describe('parseModelSettings', () => {
  it.each([
    [{}],
    [{ LLM_MODEL: ' ' }],
    [{ LLM_MODEL: 'gpt' }],
    [{ LLM_API_KEY: 'key' }],
    [{ LLM_BASE_URL: 'http://localhost/v1', LLM_API_KEY: 'key' }],
  ])('finds no model in %j', (env) => {
    expect(parseModelSettings(env)).toBeUndefined()
  })

  it.each([
    [
      { LLM_MODEL: 'gpt', LLM_API_KEY: 'key' },
      { model: 'gpt', apiKey: 'key', baseUrl: undefined, timeoutMs: 8000, idleTimeoutMs: 30_000 },
    ],
    [
      { LLM_MODEL: 'llama', LLM_BASE_URL: ' http://localhost/v1 ', LLM_TIMEOUT: '250', LLM_IDLE_TIMEOUT: '40' },
      { model: 'llama', apiKey: undefined, baseUrl: 'http://localhost/v1', timeoutMs: 250, idleTimeoutMs: 40 },
    ],
  ])('reads %j', (env, settings) => {
    expect(parseModelSettings(env)).toEqual(settings)
  })

  it('lists every invalid variable without secrets', () => {
    const env = { LLM_MODEL: 'gpt', LLM_BASE_URL: 'ftp://user:hunter2@host', LLM_TIMEOUT: '3s' }
    expect(() => parseModelSettings(env)).toThrowErrorMatchingInlineSnapshot(`
      [Error: LLM_BASE_URL is not a URL: set the address up to the version, such as https://api.openai.com/v1
      LLM_TIMEOUT="3s" is not a time: set milliseconds from 1 to 600000, or unset it]
    `)
  })

  it.each(['0', '-1', '1.5', '600001', '1e3'])('refuses a timeout of %s', (value) => {
    for (const name of ['LLM_TIMEOUT', 'LLM_IDLE_TIMEOUT'])
      expect(() => parseModelSettings({ [name]: value })).toThrow(`${name}="${value}" is not a time`)
  })

  it.each([
    [{ LLM_BASE_URL: 'https://user:hunter2@host/v1' }, 'LLM_BASE_URL contains a user or a password: set LLM_API_KEY'],
    [{ LLM_API_KEY: 'hunter2\nhunter2' }, 'LLM_API_KEY may contain only visible ASCII characters'],
  ])('refuses %j without printing the secret', (env, message) => {
    expect(() => parseModelSettings(env)).toThrow(message)
    expect(() => parseModelSettings(env)).not.toThrow('hunter2')
  })

  const model = { LLM_MODEL: 'gpt', LLM_API_KEY: 'key' }

  it.each([
    [{ LLM_TIMEOUT: '25000' }],
    [{ LLM_TIMEOUT: '600000', UPSTREAM_TIMEOUT_MS: '605000' }],
    [{ UPSTREAM_TIMEOUT_MS: '13000' }],
    [{ LLM_TIMEOUT: '10', UPSTREAM_TIMEOUT_MS: '3345' }],
  ])('accepts a model that answers before the gateway gives up, %j', (env) => {
    expect(parseModelSettings({ ...model, ...env })).toBeDefined()
  })

  it.each([
    [{ LLM_TIMEOUT: '25001' }],
    [{ LLM_TIMEOUT: '600000', UPSTREAM_TIMEOUT_MS: '604999' }],
    [{ UPSTREAM_TIMEOUT_MS: '12000' }],
    [{ LLM_TIMEOUT: '10', UPSTREAM_TIMEOUT_MS: '3344' }],
  ])('refuses a model that the gateway may not wait for, and names times that fit, %j', (env) => {
    const message = messageOf({ ...model, ...env })
    const [, timeout, wait] = /LLM_TIMEOUT to at most (\d+), or UPSTREAM_TIMEOUT_MS to at least (\d+)$/.exec(message)!
    expect(messageOf({ ...model, ...env, LLM_TIMEOUT: timeout })).toBe('')
    expect(messageOf({ ...model, ...env, UPSTREAM_TIMEOUT_MS: wait })).toBe('')
    expect(messageOf({ ...model, ...env, UPSTREAM_TIMEOUT_MS: String(Number(wait) - 1) })).not.toBe('')
  })

  it('allows any time without a model', () => {
    expect(parseModelSettings({ LLM_TIMEOUT: '600000' })).toBeUndefined()
  })
})

function messageOf(env: Record<string, string | undefined>): string {
  try {
    parseModelSettings(env)
    return ''
  } catch (error) {
    return (error as Error).message
  }
}
