import type { Env } from '@driftos/ports'
import { SettingError } from '@driftos/service/settings'

/** The settings of the model. */
export interface ModelSettings {
  readonly model: string
  /** Undefined for OpenAI's. */
  readonly baseUrl: string | undefined
  /** Undefined for local servers without keys. */
  readonly apiKey: string | undefined
  /** How long an answer, or the first piece of a stream, may take. */
  readonly timeoutMs: number
}

/** Shorter than the usual client timeout of ten seconds, so that there is time for the fallback. */
const defaultTimeoutMs = 8000

const longestTimeoutMs = 600_000

/**
 * Reads `LLM_BASE_URL`, `LLM_API_KEY`, `LLM_MODEL` and `LLM_TIMEOUT`.
 *
 * @returns undefined without a model: without `LLM_MODEL`, or without both a URL and a key
 * @throws {SettingError} lists every invalid variable, without the key
 */
export function parseModelSettings(env: Env): ModelSettings | undefined {
  const read = (name: string) => env[name]?.trim() || undefined
  const [baseUrl, apiKey, model, timeout] = ['LLM_BASE_URL', 'LLM_API_KEY', 'LLM_MODEL', 'LLM_TIMEOUT'].map(read)
  const problems = []
  if (baseUrl !== undefined && !isHttpUrl(baseUrl))
    problems.push('LLM_BASE_URL is not a URL: set the address up to the version, such as https://api.openai.com/v1')
  if (timeout !== undefined && !(/^\d+$/.test(timeout) && Number(timeout) >= 1 && Number(timeout) <= longestTimeoutMs))
    problems.push(
      `LLM_TIMEOUT=${JSON.stringify(timeout)} is not a time: set milliseconds from 1 to ${longestTimeoutMs}, or unset it`,
    )
  if (problems.length > 0) throw new SettingError(problems.join('\n'))
  if (model === undefined || (baseUrl === undefined && apiKey === undefined)) return undefined
  return { model, baseUrl, apiKey, timeoutMs: Number(timeout ?? defaultTimeoutMs) }
}

/** How to set a model. */
export const howToSetModel = 'set LLM_MODEL, and LLM_BASE_URL or LLM_API_KEY, to an OpenAI-compatible model'

function isHttpUrl(text: string): boolean {
  return URL.canParse(text) && /^https?:$/.test(new URL(text).protocol)
}
