import { AsyncResource } from 'node:async_hooks'
import AsyncLock from 'async-lock'
import type { RouteResult } from './contract.js'
import type { Database } from './database.js'
import { hasBranch, readConversationState, writeMessage, type Place, type WrittenMessage } from './conversations.js'
import type { BranchState, Decider, Decision, NewMessage, Save } from './decider.js'
import { branchNotFound, DriftError } from './errors.js'
import type { Claim } from './idempotency.js'
import type { Tables } from './tables.js'
import { topicOf } from './topic.js'
import { createTurns } from './turns.js'

/** How often a decision is repeated because another process wrote to the conversation. */
const mostAttempts = 10

/** How long a message waits for the turns of other processes, in milliseconds. */
const patienceMs = 20_000

/** How many messages of one conversation may wait for their turn. */
const mostWaiting = 100

/** The options of one message. */
interface RouteOptions {
  /** The branch, where the client chose it. */
  readonly pinnedTo?: string | undefined
  /** Aborted when the client disconnects: a message that is not yet stored is dropped. */
  readonly signal?: AbortSignal | undefined
  /** Receives the answer in the message's transaction. */
  readonly claim?: Claim | undefined
}

/** Gives each message its branch. */
export type Route = (message: NewMessage, options?: RouteOptions) => Promise<RouteResult>

/**
 * Routes a message: reads the conversation, calls the decider, and writes the message. If another message was written
 * first, it starts again. No transaction is open during the decision.
 */
export function createRoute(database: Database, tables: Tables, decider: Decider): Route {
  // Within one process, messages of one conversation wait for each other rather than decide in vain.
  const queue = new AsyncLock({ maxPending: mostWaiting })
  const turns = createTurns(database, tables)

  async function attempt(message: NewMessage, options: RouteOptions): Promise<RouteResult | undefined> {
    const { pinnedTo, claim, signal } = options
    const db = await database.use()
    const { revision, branches } = await readConversationState(db, tables, message.conversationId)
    const pinned = branches.find(({ id }) => id === pinnedTo)
    if (pinnedTo !== undefined && !pinned && !(await hasBranch(db, tables, message.conversationId, pinnedTo)))
      throw branchNotFound(pinnedTo)
    const current = branches.find(({ isCurrent }) => isCurrent)
    const decision =
      pinnedTo === undefined
        ? settle(await decider.decide(message, branches), branches)
        : pin(pinnedTo, current, await decider.note?.(message, pinned))
    dropIfAborted(signal)
    const place = placeOf(decision, message, current)
    const written = await writeMessage(database, tables, message, {
      revision,
      turns,
      place,
      save: decision.save,
      async finish(tx, one) {
        await claim?.complete(tx, resultOf(decision, one, current))
        // The gateway has given up if the database was slow.
        dropIfAborted(signal)
      },
    })
    return written && resultOf(decision, written, current)
  }

  async function routeInTurn(message: NewMessage, options: RouteOptions): Promise<RouteResult> {
    const { conversationId } = message
    const deadline = performance.now() + patienceMs
    for (let attempts = 0; attempts < mostAttempts && performance.now() < deadline;) {
      dropIfAborted(options.signal)
      if (await turns.take(conversationId)) {
        const result = await attempt(message, options)
        if (result) return result
        attempts++
      }
      turns.lost(conversationId)
    }
    throw conflict()
  }

  return (message, options = {}) =>
    queue
      // Bound, because the turn starts in the context of the request before it.
      .acquire(
        message.conversationId,
        AsyncResource.bind(() => routeInTurn(message, options)),
      )
      .catch((error: Error) => {
        throw error.message.startsWith('Too many pending tasks') ? conflict() : error
      })
}

/** Drops the message of a client that has disconnected, before it is stored. */
function dropIfAborted(signal: AbortSignal | undefined): void {
  if (signal?.aborted) throw new DriftError(499, 'CLIENT_GONE', 'The client disconnected: the message is dropped')
}

function conflict(): DriftError {
  return new DriftError(409, 'CONFLICT', 'Other clients keep writing to this conversation: send the message again')
}

/** Returns the answer for a message. */
function resultOf(decision: Decision, written: WrittenMessage, current: BranchState | undefined): RouteResult {
  const { action, reason, confidence, similarity, metadata } = decision
  return {
    action,
    branchId: written.branchId,
    branchTopic: written.topic,
    messageId: written.messageId,
    ...(current && current.id !== written.branchId && { previousBranchId: current.id }),
    isNewBranch: action === 'BRANCH',
    reason,
    confidence,
    ...(similarity !== undefined && { similarity }),
    ...(metadata && { metadata: { ...metadata } }),
  }
}

/** Returns a valid decision: one for a missing branch becomes STAY. */
function settle(decision: Decision, branches: readonly BranchState[]): Decision {
  const current = branches.find(({ isCurrent }) => isCurrent)
  const isThere = (branchId: string | undefined) => branches.some(({ id }) => id === branchId)
  if (decision.action === 'BRANCH' || !current) {
    const { parentId, ...rest } = decision
    return { ...rest, action: 'BRANCH', ...(parentId !== undefined && isThere(parentId) && { parentId }) }
  }
  if (decision.action === 'ROUTE' && isThere(decision.branchId) && decision.branchId !== current.id) return decision
  return { ...decision, action: 'STAY' }
}

function pin(branchId: string, current: BranchState | undefined, save: Save | undefined): Decision {
  return {
    action: branchId === current?.id ? 'STAY' : 'ROUTE',
    branchId,
    reason: 'pinned by the client',
    confidence: 1,
    metadata: { pinned: true },
    ...(save && { save }),
  }
}

function placeOf(decision: Decision, { content }: NewMessage, current: BranchState | undefined): Place {
  const { action, branchId, parentId, topic = topicOf(content) } = decision
  if (action === 'BRANCH') return { topic, parentId }
  return { branchId: action === 'STAY' ? current!.id : branchId! }
}
