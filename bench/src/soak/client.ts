import { randomUUID } from 'node:crypto'
import { setTimeout as delay } from 'node:timers/promises'

/** The number of messages after which a conversation is read, compared and deleted. */
const messagesPerConversation = 30
/** The pause between two messages. */
const pauseMs = 15
const requestDeadlineMs = 40_000
/** How long to retry while a service is down. */
const patienceMs = 90_000
/** The index of the message whose client disconnects before the answer. */
const abandonedIndex = 20

const topics = [
  'How long do I boil the pasta for the tomato sauce?',
  'The brakes of my car squeal since the winter.',
  'Which train goes from Bern to Milan on Sunday?',
  'How do I write a recursive query in SQL?',
]

/** The results of all clients. */
export interface Tally {
  conversations: number
  acknowledged: number
  /** Messages that were acknowledged and are missing. */
  lost: string[]
  /** Messages that are stored more often than sent. */
  doubled: string[]
  /** Inconsistencies: a branch without messages, an unknown message, a wrong count. */
  torn: string[]
  /** The number of failures by status; `none` for a request without an answer. */
  readonly refused: Map<string, number>
  readonly latenciesMs: number[]
}

/** Returns an empty tally. */
export function emptyTally(): Tally {
  return { conversations: 0, acknowledged: 0, lost: [], doubled: [], torn: [], refused: new Map(), latenciesMs: [] }
}

/**
 * Runs one conversation after another until the signal aborts: sends messages, counts refusals, and finally compares the
 * stored conversation with the acknowledged messages and deletes it.
 *
 * @param api - the URL of the drift API, up to `/drift`
 */
export async function runClient(api: string, tally: Tally, over: AbortSignal): Promise<void> {
  while (!over.aborted) await holdConversation(api, tally, over)
}

async function holdConversation(api: string, tally: Tally, over: AbortSignal): Promise<void> {
  const conversationId = `soak-${randomUUID()}`
  const sent = new Set<string>()
  const acknowledged = new Set<string>()
  for (let index = 0; index < messagesPerConversation && !over.aborted; index++) {
    const content = `${topics[(index >> 2) % topics.length]} (${index} of ${conversationId})`
    sent.add(content)
    if (await send(api, { conversationId, content }, index === abandonedIndex, tally)) acknowledged.add(content)
    await delay(pauseMs)
  }
  const kept = await readConversation(api, conversationId, tally)
  tally.conversations++
  tally.acknowledged += acknowledged.size
  const found = new Set(kept)
  tally.lost.push(...[...acknowledged].filter((content) => !found.has(content)))
  tally.doubled.push(...kept.filter((content, index) => kept.indexOf(content) !== index))
  tally.torn.push(...kept.filter((content) => !sent.has(content)))
  if (acknowledged.size > 0) await untilAnswered(`${api}/drift/conversations/${conversationId}`, { method: 'DELETE' })
}

/** Sends a message; returns whether it was acknowledged. */
async function send(api: string, message: object, isAbandoned: boolean, tally: Tally): Promise<boolean> {
  const startedAt = performance.now()
  try {
    const response = await fetch(`${api}/drift/route`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify(message),
      signal: AbortSignal.timeout(isAbandoned ? 3 : requestDeadlineMs),
    })
    await response.arrayBuffer()
    if (response.ok) tally.latenciesMs.push(performance.now() - startedAt)
    else count(tally, String(response.status))
    return response.ok
  } catch {
    count(tally, 'none')
    return false
  }
}

function count({ refused }: Tally, status: string): void {
  refused.set(status, (refused.get(status) ?? 0) + 1)
}

async function readConversation(api: string, conversationId: string, tally: Tally): Promise<string[]> {
  const branches = await untilAnswered<{ id: string; messageCount: number }[]>(
    `${api}/drift/branches/${conversationId}`,
  )
  const kept: string[] = []
  for (const { id, messageCount } of branches) {
    const { messages } = await untilAnswered<{ messages: { content: string }[] }>(`${api}/context/${id}`)
    if (messages.length === 0) tally.torn.push(`branch ${id} without a message`)
    if (messages.length !== messageCount)
      tally.torn.push(`branch ${id} of ${messageCount} messages holds ${messages.length}`)
    kept.push(...messages.map(({ content }) => content))
  }
  return kept
}

/**
 * Returns the data of an answer, with retries while a service is down.
 *
 * @throws {Error} when the service does not answer for too long
 */
async function untilAnswered<Data>(url: string, init?: RequestInit): Promise<Data> {
  const until = performance.now() + patienceMs
  for (;;) {
    const answer = await fetch(url, { ...init, signal: AbortSignal.timeout(requestDeadlineMs) }).then(
      async (response) => ({ status: response.status, body: await response.text() }),
      (error: unknown) => ({ status: 0, body: String(error) }),
    )
    if (answer.status === 200) return (JSON.parse(answer.body) as { data: Data }).data
    // Deleted by an earlier request whose answer was lost.
    if (answer.status === 404 && init?.method === 'DELETE') return undefined as Data
    if (performance.now() > until) throw new Error(`${url} answers ${answer.status} ${answer.body}`)
    await delay(250)
  }
}
