import type { ServerResponse } from 'node:http'
import type { Asked, Reply } from './server.fixture.js'
import { says, streams } from './server.fixture.js'

/** A server with OpenAI's API that refuses some requests, as a kind of server does. */
export interface QuirkyServer {
  /** What makes the server different. */
  readonly name: string
  /** Returns the answer to a request that the server refuses; undefined for one that it accepts. */
  readonly refuse: (body: Asked['body']) => { readonly status: number; readonly body: unknown } | undefined
  /** The names that are no longer sent after a decision. */
  readonly refused: readonly string[]
}

const openAiError = (message: string, param: string | null, code: string | null) => ({
  error: { message, type: 'invalid_request_error', param, code },
})

/** The servers, each with an answer of its kind in form and words. */
export const quirkyServers: readonly QuirkyServer[] = [
  { name: 'OpenAI, older models: accepts everything', refuse: () => undefined, refused: [] },
  {
    name: 'OpenAI, the gpt-5 family: only the default temperature',
    refuse: ({ temperature }) =>
      temperature === undefined
        ? undefined
        : {
            status: 400,
            body: openAiError(
              "Unsupported value: 'temperature' does not support 0 with this model. Only the default (1) value is supported.",
              'temperature',
              'unsupported_value',
            ),
          },
    refused: ['temperature'],
  },
  {
    name: 'OpenAI, the first reasoning models: no system role, no temperature, no JSON mode',
    refuse: ({ messages, temperature, response_format: format }) => {
      if (messages[0]!.role === 'system')
        return {
          status: 400,
          body: openAiError(
            "Unsupported value: 'messages[0].role' does not support 'system' with this model.",
            'messages[0].role',
            'unsupported_value',
          ),
        }
      if (temperature !== undefined)
        return { status: 400, body: openAiError('Unsupported parameter.', 'temperature', 'unsupported_parameter') }
      if (format !== undefined)
        return {
          status: 400,
          body: openAiError(
            "Invalid parameter: 'response_format' of type 'json_object' is not supported with this model.",
            'response_format',
            null,
          ),
        }
      return undefined
    },
    refused: ['system role', 'temperature', 'response_format'],
  },
  {
    name: 'Azure, older API versions: no param and no code in the error',
    refuse: ({ stream_options: options, response_format: format }) => {
      const name = firstOf({ stream_options: options, response_format: format })
      return name === undefined
        ? undefined
        : { status: 400, body: openAiError(`Unrecognized request argument supplied: ${name}`, null, null) }
    },
    refused: ['response_format', 'stream_options'],
  },
  {
    name: 'Ollama: the error has no fields',
    refuse: ({ response_format: format }) =>
      format === undefined ? undefined : { status: 400, body: openAiError('json mode is not supported', null, null) },
    refused: ['response_format'],
  },
  {
    name: 'vLLM: validation errors of pydantic',
    refuse: ({ stream_options: options, temperature }) => {
      const extra = Object.entries({ stream_options: options, temperature }).filter(([, value]) => value !== undefined)
      if (extra.length === 0) return undefined
      const detail = extra.map(([name, input]) => ({
        type: 'extra_forbidden',
        loc: ['body', name],
        msg: 'Extra inputs are not permitted',
        input,
      }))
      return { status: 422, body: { detail } }
    },
    refused: ['temperature', 'stream_options'],
  },
  {
    name: 'vLLM: an error object without the key `error`',
    refuse: ({ temperature }) =>
      temperature === undefined
        ? undefined
        : {
            status: 400,
            body: {
              object: 'error',
              message: '[{"loc": ["body"], "msg": "temperature must be greater than 0"}]',
              type: 'BadRequestError',
              param: null,
              code: 400,
            },
          },
    refused: ['temperature'],
  },
  {
    name: 'LM Studio: the error is a string',
    refuse: ({ response_format: format }) =>
      format === undefined
        ? undefined
        : { status: 400, body: { error: "'response_format.type' must be 'json_schema' or 'text'" } },
    refused: ['response_format'],
  },
  {
    name: 'Mistral: a validation error inside of the message',
    refuse: ({ stream_options: options, response_format: format }) => {
      const name = firstOf({ stream_options: options, response_format: format })
      if (name === undefined) return undefined
      const detail = [
        { type: 'extra_forbidden', loc: ['body', name], msg: 'Extra inputs are not permitted', input: {} },
      ]
      return {
        status: 422,
        body: { object: 'error', message: { detail }, type: 'invalid_request_error', param: null, code: null },
      }
    },
    refused: ['response_format', 'stream_options'],
  },
  {
    name: 'llama.cpp: a template without a system role, with status 500',
    refuse: ({ messages }) =>
      messages.some(({ role }) => role === 'system')
        ? { status: 500, body: { error: { code: 500, message: 'System role not supported', type: 'server_error' } } }
        : undefined,
    refused: ['system role'],
  },
  {
    name: 'Gemini: a list, and a developer instruction',
    refuse: ({ messages, response_format: format }) => {
      const error = (message: string) => ({
        status: 400,
        body: [{ error: { code: 400, message, status: 'INVALID_ARGUMENT' } }],
      })
      if (messages[0]!.role === 'system') return error('Developer instruction is not enabled for models/gemma')
      if (format) return error('Invalid JSON payload received. Unknown name "response_format": Cannot find field.')
      return undefined
    },
    refused: ['system role', 'response_format'],
  },
  {
    name: 'a server that gives no reason',
    refuse: ({ temperature, response_format: format, stream_options: options }) =>
      temperature === undefined && format === undefined && options === undefined
        ? undefined
        : { status: 400, body: 'Bad Request' },
    refused: ['temperature', 'response_format', 'stream_options'],
  },
]

/** Returns the name of the first parameter that is sent. */
function firstOf(parameters: Readonly<Record<string, unknown>>): string | undefined {
  return Object.entries(parameters).find(([, value]) => value !== undefined)?.[0]
}

/** Answers like a server: refuses, or decides and streams. */
export function answersLike({ refuse }: QuirkyServer, decision: object): Reply {
  return (response, asked) => {
    const refusal = refuse(asked.body)
    if (refusal) send(response, refusal.status, refusal.body)
    else if (asked.body.stream) streams(['Hel', 'lo'])(response, asked)
    else says(decision)(response, asked)
  }
}

function send(response: ServerResponse, status: number, body: unknown): void {
  const isText = typeof body === 'string'
  response.writeHead(status, { 'content-type': isText ? 'text/plain' : 'application/json' })
  response.end(isText ? body : JSON.stringify(body))
}
