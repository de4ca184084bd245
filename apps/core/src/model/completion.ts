import { z } from 'zod'
import { ModelError } from './error.js'

/** The tokens of a request, as far as servers count them. */
export interface Usage {
  readonly prompt_tokens?: number
  readonly completion_tokens?: number
}

/** A completion, or one piece of a streamed one, as far as it is used. */
export interface Completion {
  readonly choices?: readonly {
    readonly finish_reason?: string | null
    readonly message?: { readonly content?: unknown; readonly refusal?: unknown }
    readonly delta?: { readonly content?: unknown }
  }[]
  readonly usage?: Usage | null
  readonly error?: unknown
  readonly object?: string
}

/**
 * Reads a completion from the body of an answer.
 *
 * @throws {ModelError} when it is not JSON, for example a proxy's page
 */
export function parseCompletion(text: string): Completion {
  try {
    const value = JSON.parse(text) as Completion | null
    if (typeof value === 'object' && value !== null) return value
  } catch {
    // The error below has the reason.
  }
  const message = 'the server of the model answered without JSON: check that LLM_BASE_URL ends with the version'
  throw new ModelError('unavailable', message, { cause: new Error(text.slice(0, 1000)) })
}

/** Returns whether a server reports an error inside of a successful answer, as some proxies do. */
export function isErrorObject({ error, object }: Completion): boolean {
  return (error !== undefined && error !== null) || object === 'error'
}

/** Returns the text of a message, whose content may be a list of parts. */
export function textOf(content: unknown): string {
  if (typeof content === 'string') return content
  if (!Array.isArray(content)) return ''
  return content
    .map((part: { type?: unknown; text?: unknown }) => (typeof part?.text === 'string' ? part.text : ''))
    .join('')
}

type Parsed<Data> =
  | { readonly success: true; readonly data: Data }
  | { readonly success: false; readonly problem: string }

/** Parses an answer in JSON. Models put it behind their thoughts, in a code fence, or between words. */
export function parseAnswer<Form extends z.ZodType>(text: string, form: Form): Parsed<z.infer<Form>> {
  const answer = text.replace(/^\s*<think(?:ing)?>[^]*?<\/think(?:ing)?>/, '')
  const value = parseJson(answer) ?? parseJson(answer.slice(answer.indexOf('{'), answer.lastIndexOf('}') + 1))
  if (value === undefined) return { success: false, problem: 'it is not JSON' }
  const parsed = form.safeParse(value)
  return parsed.success ? parsed : { success: false, problem: z.prettifyError(parsed.error) }
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}
