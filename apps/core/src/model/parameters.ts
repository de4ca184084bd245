import { readErrorBody } from './error-body.js'
import { ModelError } from './error.js'

/** A message to the model. */
export type Prompt = { readonly role: 'system' | 'user' | 'assistant'; readonly content: string }

/** The body of a request for a chat completion. Any parameter other than these three can be left out. */
export interface ChatBody {
  readonly model: string
  readonly messages: readonly Prompt[]
  readonly stream?: boolean
  readonly [parameter: string]: unknown
}

/** The removable parts of a request: an optional parameter, or the role of the instructions. */
const systemRole = 'system role'

const required = new Set(['model', 'messages', 'stream'])

/** Parameters that other models have under another name. */
const otherNames: Readonly<Record<string, string>> = {
  max_tokens: 'max_completion_tokens',
  max_completion_tokens: 'max_tokens',
}

/** Words by which messages mean a parameter without its name. */
const synonyms: Readonly<Record<string, RegExp>> = {
  response_format: /\bresponse[ _-]?format\b|\bjson[ _-](?:mode|object|schema)\b/i,
  stream_options: /\binclude_usage\b/,
  [systemRole]: /\b(?:system|developer)['"`]? (?:role|message|prompt|instruction)|['"`]system['"`]|\bsystem role\b/i,
}

/** The codes of errors that no other parameters would avoid. */
const lasting =
  /context_length|content_filter|content_policy|model_not_found|api_key|quota|billing|not_found|permission|authentication/

/** Sends requests in a form that the model accepts. */
export interface Parameters {
  /**
   * Sends a request, again without the parameters that the model refuses. They are remembered for later requests.
   *
   * @throws {ModelError} when the model refuses the request for another reason
   */
  send<Result>(body: ChatBody, request: (body: ChatBody) => Promise<Result>): Promise<Result>
  /** Returns the parameters that are no longer sent. */
  refused(): readonly string[]
}

/** Creates the memory of the refusals of one model; `onRefused` is called with each name that is no longer sent. */
export function createParameters(onRefused: (names: readonly string[]) => void): Parameters {
  const remembered = new Set<string>()

  function remember(names: Iterable<string>): void {
    const fresh = [...names].filter((name) => !remembered.has(name))
    for (const name of fresh) remembered.add(name)
    if (fresh.length > 0) onRefused(fresh)
  }

  return {
    async send(body, request) {
      const dropped = new Set(remembered)
      // Each round drops at least one of a few names, so that there is an end.
      for (;;) {
        const sent = without(body, dropped)
        try {
          const result = await request(sent)
          remember(dropped)
          return result
        } catch (error) {
          const { names, isCertain } = findRefused(error, sent)
          if (names.length === 0) throw error
          for (const name of names) dropped.add(name)
          if (isCertain) remember(names)
        }
      }
    },
    refused: () => [...remembered],
  }
}

/** Returns a request without some of its parameters, or with their other names. */
function without(body: ChatBody, dropped: ReadonlySet<string>): ChatBody {
  const { model, messages, stream, ...optional } = body
  const kept = Object.entries(optional).flatMap(([name, value]) => {
    if (!dropped.has(name)) return [[name, value]]
    const other = otherNames[name]
    return other === undefined || dropped.has(other) || other in optional ? [] : [[other, value]]
  })
  return {
    model,
    messages: dropped.has(systemRole) ? withoutSystem(messages) : messages,
    ...(stream !== undefined && { stream }),
    ...Object.fromEntries(kept),
  }
}

/** Returns messages whose instructions are the start of the first message of the user. */
function withoutSystem(messages: readonly Prompt[]): readonly Prompt[] {
  const instructions = messages.filter(({ role }) => role === 'system').map(({ content }) => content)
  const others = messages.filter(({ role }) => role !== 'system')
  if (instructions.length === 0) return messages
  const [first, ...rest] = others
  const start = instructions.join('\n\n')
  if (first?.role === 'user') return [{ role: 'user', content: `${start}\n\n${first.content}` }, ...rest]
  return [{ role: 'user', content: start }, ...others]
}

interface Refused {
  readonly names: readonly string[]
  /** False when the error names nothing, and the request is tried in its plainest form. */
  readonly isCertain: boolean
}

/** Returns the refused parts of a request; nothing when the error has another reason. */
function findRefused(error: unknown, sent: ChatBody): Refused {
  const nothing = { names: [], isCertain: true }
  if (!(error instanceof ModelError) || !error.answer) return nothing
  const { status, text: answer } = error.answer
  const isInvalid = status === 400 || status === 422
  if (!isInvalid && status !== 500 && status !== 501) return nothing
  const { parameters, codes, text } = readErrorBody(answer)
  if (codes.some((code) => lasting.test(code))) return nothing

  const optional = Object.keys(sent).filter((name) => !required.has(name))
  const hasSystem = sent.messages.some(({ role }) => role === 'system')
  const named = optional.filter((name) => parameters.some((parameter) => isPartOf(parameter, name)))
  if (named.length > 0) return { names: named, isCertain: true }

  const isAboutMessages = parameters.some((parameter) => isPartOf(parameter, 'messages'))
  if (hasSystem && synonyms[systemRole]!.test(text)) return { names: [systemRole], isCertain: true }
  if (parameters.length > 0 && (isAboutMessages || parameters.some((parameter) => required.has(parameter))))
    return nothing
  const mentioned = optional.filter((name) => isMentioned(name, text))
  if (mentioned.length > 0) return { names: mentioned, isCertain: true }
  return isInvalid && optional.length > 0 ? { names: optional, isCertain: false } : nothing
}

/** Returns whether a path such as `response_format.type` or `messages[0].role` begins with a name. */
function isPartOf(path: string, name: string): boolean {
  return path === name || (path.startsWith(name) && /^[.[]/.test(path.slice(name.length)))
}

/** Returns whether a message names a parameter. A word such as "stop" needs quotes or a word such as "parameter". */
function isMentioned(name: string, text: string): boolean {
  if (synonyms[name]?.test(text)) return true
  const isPlainWord = !name.includes('_')
  const pattern = isPlainWord
    ? `['"\`]${name}['"\`]|\\b(?:parameter|argument|field|key|property|option|name|supplied)s?:? ${name}\\b|\\b${name}:? (?:is|are|does|must|cannot|can|only|should|parameter|value|not)\\b|\\b${name} ?=`
    : `(?<![\\w])${name}(?!\\w)`
  return new RegExp(pattern, 'i').test(text)
}
