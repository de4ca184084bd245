import type { Env } from '@driftos/ports'
import { findInvalidSettings, parseSettings, SettingError } from '@driftos/service/settings'
import { answerMs, leastUpstreamTimeoutMs } from '@driftos/service/time-limits'

/** The settings of the model. */
export interface ModelSettings {
  readonly model: string
  /** Undefined for OpenAI's. */
  readonly baseUrl: string | undefined
  /** Undefined for local servers without keys. */
  readonly apiKey: string | undefined
  /** How long an answer, or the first piece of a stream, may take. */
  readonly timeoutMs: number
  /** How long a stream may send nothing after its first piece. */
  readonly idleTimeoutMs: number
}

/** Shorter than the usual client timeout of ten seconds, so that there is time for the fallback. */
const defaultTimeoutMs = 8000

/** Longer than a model needs between two pieces, and than the keep-alives of servers that queue requests. */
const defaultIdleTimeoutMs = 30_000

const longestTimeoutMs = 600_000

/** How long embed may take to decide: without a model, or after it has failed. */
export const embedTimeoutMs = 3000

/** The variables of `parseModelSettings`. */
const modelVariables = ['LLM_BASE_URL', 'LLM_API_KEY', 'LLM_MODEL', 'LLM_TIMEOUT', 'LLM_IDLE_TIMEOUT'] as const

/**
 * Reads `LLM_BASE_URL`, `LLM_API_KEY`, `LLM_MODEL`, `LLM_TIMEOUT` and `LLM_IDLE_TIMEOUT`.
 *
 * @returns undefined without a model: without `LLM_MODEL`, or without both a URL and a key
 * @throws {SettingError} lists every invalid variable, without the key
 */
export function parseModelSettings(env: Env): ModelSettings | undefined {
  const read = (name: string) => env[name]?.trim() || undefined
  const [baseUrl, apiKey, model, timeout, idleTimeout] = modelVariables.map(read)
  const problems: string[] = []
  if (baseUrl !== undefined && !isHttpUrl(baseUrl))
    problems.push('LLM_BASE_URL is not a URL: set the address up to the version, such as https://api.openai.com/v1')
  else if (baseUrl !== undefined && hasCredentials(baseUrl))
    problems.push('LLM_BASE_URL contains a user or a password: set LLM_API_KEY instead')
  if (apiKey !== undefined && !/^[\x21-\x7e]+$/.test(apiKey))
    problems.push('LLM_API_KEY may contain only visible ASCII characters: copy the key again')
  for (const [name, value] of Object.entries({ LLM_TIMEOUT: timeout, LLM_IDLE_TIMEOUT: idleTimeout })) {
    if (value === undefined || (/^\d+$/.test(value) && Number(value) >= 1 && Number(value) <= longestTimeoutMs))
      continue
    problems.push(
      `${name}=${JSON.stringify(value)} is not a time: set milliseconds from 1 to ${longestTimeoutMs}, or unset it`,
    )
  }
  const isUsed = model !== undefined && (baseUrl !== undefined || apiKey !== undefined)
  const timeoutMs = Number(timeout ?? defaultTimeoutMs)
  if (problems.length === 0 && isUsed) problems.push(...problemsOfWait(timeoutMs, env))
  if (problems.length > 0) throw new SettingError(problems.join('\n'))
  if (!isUsed) return undefined
  return {
    model,
    baseUrl,
    apiKey,
    timeoutMs,
    idleTimeoutMs: Number(idleTimeout ?? defaultIdleTimeoutMs),
  }
}

/** Returns why the gateway would give up before the model, and embed after it, have had their time. */
function problemsOfWait(timeoutMs: number, env: Env): string[] {
  // Reported by the parser of all services.
  if (findInvalidSettings(env).length > 0) return []
  const settings = parseSettings(env)
  const spare = answerMs(settings) - timeoutMs - embedTimeoutMs
  if (spare >= 0) return []
  const { upstreamTimeoutMs } = settings
  const mostMs = timeoutMs + spare
  const wait = `UPSTREAM_TIMEOUT_MS to at least ${leastUpstreamTimeoutMs(timeoutMs + embedTimeoutMs)}`
  return [
    `LLM_TIMEOUT=${timeoutMs} is too long for UPSTREAM_TIMEOUT_MS=${upstreamTimeoutMs}, after which the gateway gives up: the model, and then embed for ${embedTimeoutMs} ms, must answer ${upstreamTimeoutMs - answerMs(settings)} ms earlier. Set ${mostMs >= 1 ? `LLM_TIMEOUT to at most ${mostMs}, or ${wait}` : wait}`,
  ]
}

/** How to set a model. */
export const howToSetModel = 'set LLM_MODEL, and LLM_BASE_URL or LLM_API_KEY, to an OpenAI-compatible model'

function hasCredentials(url: string): boolean {
  const { username, password } = new URL(url)
  return username !== '' || password !== ''
}

function isHttpUrl(text: string): boolean {
  return URL.canParse(text) && /^https?:$/.test(new URL(text).protocol)
}
