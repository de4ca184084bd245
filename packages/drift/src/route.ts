import { AsyncResource } from 'node:async_hooks'
import AsyncLock from 'async-lock'
import type { RouteResult } from './contract.js'
import type { Database } from './database.js'
import { hasBranch, readConversation, writeMessage, type Place } from './conversations.js'
import type { BranchState, Decider, Decision, NewMessage, Save } from './decider.js'
import { branchNotFound, DriftError } from './errors.js'
import type { Tables } from './tables.js'
import { topicOf } from './topic.js'

/** How often a decision is repeated because another process wrote to the conversation. */
const mostAttempts = 10

/** How many messages of one conversation may wait for their turn. */
const mostWaiting = 100

/**
 * Gives each message its branch.
 *
 * @param pinnedTo - the branch, where the client chose it
 * @param signal - aborted when the client disconnects: a message that still waits for its turn is dropped
 */
export type Route = (message: NewMessage, pinnedTo?: string, signal?: AbortSignal) => Promise<RouteResult>

/**
 * Routes a message: reads the conversation, asks the decider, and writes the message. If another message was written
 * first, it starts again. No transaction is open during the decision.
 */
export function createRoute(database: Database, tables: Tables, decider: Decider): Route {
  // Within one process, messages of one conversation wait for each other rather than decide in vain.
  const turns = new AsyncLock({ maxPending: mostWaiting })

  async function attempt(message: NewMessage, pinnedTo?: string): Promise<RouteResult | undefined> {
    const db = await database.use()
    const { revision, branches } = await readConversation(db, tables, message.conversationId)
    const pinned = branches.find(({ id }) => id === pinnedTo)
    if (pinnedTo !== undefined && !pinned && !(await hasBranch(db, tables, message.conversationId, pinnedTo)))
      throw branchNotFound(pinnedTo)
    const current = branches.find(({ isCurrent }) => isCurrent)
    const decision =
      pinnedTo === undefined
        ? settle(await decider.decide(message, branches), branches)
        : pin(pinnedTo, current, await decider.note?.(message, pinned))
    const { action, reason, confidence, similarity, metadata, save } = decision
    const place = placeOf(decision, message, current)
    const written = await writeMessage(database, tables, message, { revision, place, save })
    return (
      written && {
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
    )
  }

  return async (message, pinnedTo, signal) => {
    // Bound, because the turn starts in the context of the request before it.
    const turn = turns.acquire(
      message.conversationId,
      AsyncResource.bind(async () => {
        for (let count = 0; count < mostAttempts; count++) {
          if (signal?.aborted)
            throw new DriftError(499, 'CLIENT_GONE', 'The client disconnected: the message is dropped')
          const result = await attempt(message, pinnedTo)
          if (result) return result
        }
        throw conflict()
      }),
    )
    return turn.catch((error: Error) => {
      throw error.message.startsWith('Too many pending tasks') ? conflict() : error
    })
  }
}

function conflict(): DriftError {
  return new DriftError(409, 'CONFLICT', 'Other clients keep writing to this conversation: send the message again')
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
