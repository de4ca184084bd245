import { Failure, failureOf, unreachable } from './failure.js'
import { readReply } from './reply-stream.js'
import {
  isBranch,
  isContext,
  isConversation,
  isFact,
  isListOf,
  isRecord,
  isRouted,
  type Branch,
  type Context,
  type Conversation,
  type Fact,
  type Role,
  type Routed,
} from './shapes.js'

/** A message for the model. */
export interface Prompt {
  readonly role: 'system' | Role
  readonly content: string
}

/** The drift API on the page's own server. */
export interface Api {
  readonly route: (message: NewMessage) => Promise<Routed>
  readonly branches: (conversationId: string) => Promise<readonly Branch[]>
  readonly conversation: (conversationId: string) => Promise<Conversation>
  readonly context: (branchId: string) => Promise<Context>
  readonly extractFacts: (branchId: string) => Promise<readonly Fact[]>
  readonly deleteBranch: (branchId: string) => Promise<void>
  readonly deleteConversation: (conversationId: string) => Promise<void>
  /** Streams the model's answer. */
  readonly chat: (messages: readonly Prompt[], signal: AbortSignal) => AsyncGenerator<string>
}

/** A message to route; with a target it is pinned to that branch. */
export interface NewMessage {
  readonly conversationId: string
  readonly content: string
  readonly role: Role
  readonly targetBranchId?: string | undefined
  /** The same for each attempt to send this message, so that the server stores it once. */
  readonly idempotencyKey?: string
}

/** Calls the API over HTTP. */
export const api: Api = {
  route: ({ targetBranchId, idempotencyKey, ...message }) =>
    call(
      'POST',
      'drift/route',
      isRouted,
      { ...message, ...(targetBranchId !== undefined && { branchMode: 'PINNED', targetBranchId }) },
      idempotencyKey === undefined ? {} : { 'idempotency-key': idempotencyKey },
    ),
  branches: (conversationId) =>
    call('GET', `drift/branches/${encodeURIComponent(conversationId)}`, (data) => isListOf(data, isBranch)),
  conversation: (conversationId) =>
    call('GET', `drift/conversations/${encodeURIComponent(conversationId)}`, isConversation),
  context: (branchId) => call('GET', `context/${encodeURIComponent(branchId)}`, isContext),
  async extractFacts(branchId) {
    const path = `facts/${encodeURIComponent(branchId)}`
    await call('POST', `${path}/extract`, isRecord)
    // Includes the facts that were found before.
    return call('GET', path, (data) => isListOf(data, isFact))
  },
  deleteBranch: (branchId) => remove(`drift/branches/${encodeURIComponent(branchId)}`),
  deleteConversation: (conversationId) => remove(`drift/conversations/${encodeURIComponent(conversationId)}`),
  async *chat(messages, signal) {
    const response = await send('POST', 'llm/chat', { messages }, { signal })
    if (!response.ok || !response.body) throw await readFailure(response)
    yield* readReply(response.body)
  },
}

async function call<Data>(
  method: string,
  path: string,
  isData: (data: unknown) => data is Data,
  body?: object,
  headers?: Readonly<Record<string, string>>,
): Promise<Data> {
  const response = await send(method, path, body, { headers })
  if (!response.ok) throw await readFailure(response)
  const answer: unknown = await response.json().catch((error: unknown) => {
    throw unreachable(error)
  })
  const data = isRecord(answer) ? answer['data'] : undefined
  if (isData(data)) return data
  throw new Failure({
    status: response.status,
    code: 'UNKNOWN_ANSWER',
    message: 'the answer has an unknown format: reload the page',
  })
}

/** Deletes something that may already be deleted. */
async function remove(path: string): Promise<void> {
  await call('DELETE', path, isRecord).catch((error: unknown) => {
    if (!(error instanceof Failure) || error.status !== 404) throw error
  })
}

function send(
  method: string,
  path: string,
  body: object | undefined,
  { headers, signal }: { headers?: Readonly<Record<string, string>> | undefined; signal?: AbortSignal },
): Promise<Response> {
  return fetch(`/api/v1/${path}`, {
    method,
    headers: { ...(body && { 'content-type': 'application/json' }), ...headers },
    ...(body && { body: JSON.stringify(body) }),
    ...(signal && { signal }),
  }).catch((error: unknown) => {
    throw unreachable(error)
  })
}

async function readFailure(response: Response): Promise<Failure> {
  const body: unknown = await response.json().catch(() => undefined)
  return failureOf(response.status, body, response.headers.get('retry-after'))
}
