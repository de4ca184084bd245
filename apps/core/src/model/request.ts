import { setTimeout as delay } from 'node:timers/promises'
import type { ModelSettings } from '../settings.js'
import { readErrorBody } from './error-body.js'
import { ModelError } from './error.js'
import type { ChatBody } from './parameters.js'

/** How long to wait before the second attempt when the server names no time. */
const retryDelayMs = 250

/** How much of an error's body is kept. */
const longestError = 10_000

/** The time limit of a request, as a signal and as a time of `performance.now()`. */
export interface Deadline {
  readonly signal: AbortSignal
  readonly at: number
}

/** Sends a request; the answer has a status of success. */
export type Send = (body: ChatBody, deadline: Deadline) => Promise<Response>

/**
 * Connects to a chat completions API. A request is sent a second time if the server is busy, fails, or closes the
 * connection, and the wait ends before the deadline.
 */
export function connect({ baseUrl, apiKey }: ModelSettings): Send {
  const { url, headers } = addressOf(baseUrl ?? 'https://api.openai.com/v1', apiKey)

  async function send(body: ChatBody, { signal }: Deadline): Promise<Response> {
    // Without the id and the trace of the request, which would leave the system.
    const response = await fetch(url, {
      method: 'POST',
      headers,
      body: JSON.stringify(body),
      signal,
      // Would become a GET, and send the key to another address.
      redirect: 'manual',
    }).catch((error: unknown) => {
      throw explainBreak(error, signal)
    })
    if (response.ok) return response
    const text = await response.text().catch(() => '')
    // Some servers repeat the key that they refuse, and errors are logged.
    throw explainStatus(response, redact(text.slice(0, longestError), apiKey))
  }

  return async (body, deadline) => {
    try {
      return await send(body, deadline)
    } catch (error) {
      if (!(error instanceof ModelError) || !isPassing(error)) throw error
      const waitMs = error.retryAfterMs ?? retryDelayMs
      if (deadline.signal.aborted || performance.now() + waitMs > deadline.at) throw error
      await delay(waitMs, undefined, { signal: deadline.signal }).catch(() => {})
      return send(body, deadline)
    }
  }
}

/** Returns the URL of the API and its headers. Azure has an `api-version` in its URL, and the key in its own header. */
function addressOf(baseUrl: string, apiKey: string | undefined) {
  const url = new URL(baseUrl)
  const isAzure = url.searchParams.has('api-version')
  url.pathname = `${url.pathname.replace(/\/+$/, '')}/chat/completions`
  const key = isAzure ? { 'api-key': apiKey ?? '' } : { authorization: `Bearer ${apiKey}` }
  return {
    url,
    headers: { 'content-type': 'application/json', accept: 'application/json, text/event-stream', ...(apiKey && key) },
  }
}

/** Returns whether the same request may succeed a moment later. */
function isPassing({ kind, answer, cause }: ModelError): boolean {
  if (kind === 'rate_limit') return true
  if (kind !== 'unavailable') return false
  return answer ? answer.status >= 500 && answer.status !== 501 : isReset(cause)
}

/** Returns whether the server closed a connection, for example one that was idle. */
function isReset(error: unknown): boolean {
  const { code } = ((error as Error | undefined)?.cause ?? {}) as { code?: string }
  return code === 'ECONNRESET' || code === 'EPIPE' || code === 'UND_ERR_SOCKET'
}

function redact(text: string, apiKey: string | undefined): string {
  return apiKey === undefined ? text : text.replaceAll(apiKey, '***')
}

/** Converts an answer with an error status to an error. */
function explainStatus({ status, headers }: Response, text: string): ModelError {
  const options = {
    cause: new Error(`${status} ${text}`),
    answer: { status, text },
    retryAfterMs: readRetryAfterMs(headers),
  }
  return explainError(status, text, options)
}

/** Converts an error object inside of a successful answer to an error. */
export function explainErrorObject(value: unknown, apiKey: string | undefined): ModelError {
  const text = redact(JSON.stringify(value).slice(0, longestError), apiKey)
  const { codes } = readErrorBody(text)
  const status = Number(codes.find((code) => /^[45]\d\d$/.test(code)) ?? (codes.some(isBusy) ? 429 : 500))
  return explainError(status, text, { cause: new Error(text), answer: { status, text } })
}

function isBusy(code: string): boolean {
  return /rate_?limit|overloaded|too_many/.test(code)
}

function explainError(status: number, text: string, options: ConstructorParameters<typeof ModelError>[2]): ModelError {
  const hasNoQuota = readErrorBody(text).codes.some((code) => /quota|billing/.test(code))
  if (status === 429 && hasNoQuota)
    return new ModelError('refused', 'the model refused the request (429): its account has no quota left', options)
  if (status === 429) return new ModelError('rate_limit', 'the model is busy (429)', options)
  if (status >= 500) return new ModelError('unavailable', `the model failed (${status})`, options)
  const hint = hints[status] ?? (status < 400 ? ': the address redirects, so set LLM_BASE_URL to its target' : '')
  return new ModelError('refused', `the model refused the request (${status})${hint}`, options)
}

const hints: Readonly<Record<number, string>> = {
  401: ': check LLM_API_KEY',
  403: ': check LLM_API_KEY',
  404: ': check LLM_BASE_URL and LLM_MODEL',
}

function readRetryAfterMs(headers: Headers): number | undefined {
  const exact = Number(headers.get('retry-after-ms') || Number.NaN)
  if (exact >= 0) return Math.max(1, exact)
  const value = headers.get('retry-after')
  if (!value) return undefined
  const seconds = Number(value)
  const ms = Number.isNaN(seconds) ? Date.parse(value) - Date.now() : seconds * 1000
  return Number.isNaN(ms) ? undefined : Math.max(1, ms)
}

/** Converts a request without an answer, or an answer that breaks off, to an error. */
export function explainBreak(error: unknown, signal: AbortSignal): ModelError {
  if (error instanceof ModelError) return error
  const isLate = signal.aborted && (signal.reason as Error | undefined)?.name === 'TimeoutError'
  if (isLate) return new ModelError('timeout', 'the model did not answer within LLM_TIMEOUT', { cause: error })
  if (signal.aborted) return new ModelError('aborted', 'the client disconnected', { cause: error })
  return new ModelError('unavailable', 'the model is not reachable, or broke off its answer', { cause: error })
}
