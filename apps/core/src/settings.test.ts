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
      { model: 'gpt', apiKey: 'key', baseUrl: undefined, timeoutMs: 8000 },
    ],
    [
      { LLM_MODEL: 'llama', LLM_BASE_URL: ' http://localhost/v1 ', LLM_TIMEOUT: '250' },
      { model: 'llama', apiKey: undefined, baseUrl: 'http://localhost/v1', timeoutMs: 250 },
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

  it.each(['0', '-1', '1.5', '600001', '1e3'])('refuses a timeout of %s', (LLM_TIMEOUT) => {
    expect(() => parseModelSettings({ LLM_TIMEOUT })).toThrow(`LLM_TIMEOUT="${LLM_TIMEOUT}" is not a time`)
  })
})
