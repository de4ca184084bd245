import type { Api } from './api.js'
import { Failure, unreachable } from './failure.js'
import { newConversationId } from './location.js'
import { promptOf } from './prompt.js'
import type { Branch } from './shapes.js'
import { reduce, type Event } from './reduce.js'
import { emptyState, findUnanswered, type State } from './state.js'

/** The events of a session. */
export interface SessionListener {
  /** A message has its branch. */
  readonly onLanded: (branchId: string) => void
  /** The conversation on the server has changed. */
  readonly onChanged: () => void
  /** A call failed, or core decided without embed and model: a service may be down. */
  readonly onTrouble: () => void
  /** Core has no model, contrary to its last state. */
  readonly onNoModel: () => void
  /** Whether a model may answer. */
  readonly mayAnswer: () => boolean
}

/** One conversation: its state and its actions. */
export interface Session {
  readonly getState: () => State
  readonly subscribe: (onChange: () => void) => () => void
  /** Reads the conversation from the server. */
  readonly load: () => Promise<void>
  /** Reads it again if another browser has changed it, after the tasks in progress. */
  readonly refresh: () => Promise<void>
  /** Sends a message after the previous ones. */
  readonly submit: (content: string) => Promise<void>
  /** Resends one unsent message, or all that may be accepted now, unless the server has them. */
  readonly retry: (key?: string) => Promise<void>
  /** Requests an answer to the last message. */
  readonly ask: () => Promise<void>
  /** Dismisses an unsent message. */
  readonly discard: (key: string) => Promise<void>
  readonly pin: (branchId: string) => void
  readonly unpin: () => void
  /** Extracts the facts of a branch. */
  readonly extractFacts: (branchId: string) => Promise<void>
  readonly deleteBranch: (branchId: string) => Promise<void>
  readonly deleteConversation: () => Promise<void>
  /** Stops the model's answer and keeps the text so far. */
  readonly stopReply: () => void
  /** Requests the answer again, or stores it again. */
  readonly retryReply: () => Promise<void>
  readonly dropReply: () => void
}

/** Opens a conversation. Writes run one after another, so that messages keep their order. */
export function createSession(conversationId: string, api: Api, listener: SessionListener): Session {
  let state = emptyState
  let turn: Promise<void> = Promise.resolve()
  let answering: AbortController | undefined
  let refreshing: Promise<void> | undefined
  const subscribers = new Set<() => void>()

  function dispatch(event: Event): void {
    state = reduce(state, event)
    for (const tell of subscribers) tell()
  }

  /** Runs a task after the previous ones. */
  function inTurn(task: () => Promise<void>): Promise<void> {
    const next = turn.then(task)
    turn = next.catch(() => {})
    return next
  }

  async function attempt(task: () => Promise<void>, onFailure: (failure: Failure) => void): Promise<boolean> {
    try {
      await task()
      return true
    } catch (error) {
      onFailure(error instanceof Failure ? error : unreachable(error))
      listener.onTrouble()
      return false
    }
  }

  async function read(): Promise<boolean> {
    if (state.phase === 'failed') dispatch({ type: 'loading' })
    return attempt(
      async () => dispatch({ type: 'loaded', conversation: await api.conversation(conversationId) }),
      (failure) => {
        // The page is still valid; only a conversation that was never read has nothing to show.
        if (state.phase === 'loading') dispatch({ type: 'loadFailed', failure })
      },
    )
  }

  /** Sends waiting messages until one fails; a message that the server refuses does not hold up those after it. */
  async function sendWaiting(): Promise<void> {
    for (;;) {
      const next = state.outbox.find(({ failure }) => !failure?.isPermanent)
      if (state.phase !== 'ready' || next?.state !== 'waiting') return
      const { key, content, targetBranchId } = next
      dispatch({ type: 'sending', key })
      const isSent = await attempt(
        async () => {
          const message = { conversationId, content, role: 'user', targetBranchId, idempotencyKey: key } as const
          const routed = await api.route(message)
          dispatch({ type: 'landed', key, routed })
          listener.onLanded(routed.branchId)
          listener.onChanged()
          if (routed.confidence === 0) listener.onTrouble()
        },
        (failure) => dispatch({ type: 'notSent', key, failure }),
      )
      if (!isSent && !(await isRefused(key, targetBranchId))) return
      if (!isSent) continue
      await listBranches()
      if (listener.mayAnswer()) await answer(state.messages.at(-1)!.branchId)
    }
  }

  /** Returns whether a failed message was refused; a pin to a branch that is deleted is removed first. */
  async function isRefused(key: string, targetBranchId: string | undefined): Promise<boolean> {
    const failure = state.outbox.find((outgoing) => outgoing.key === key)?.failure
    if (!failure?.isPermanent) return false
    if (failure.status !== 404 || targetBranchId === undefined) return true
    await listBranches()
    if (!state.branches.some(({ id }) => id === targetBranchId)) {
      dispatch({ type: 'pinLost', branchId: targetBranchId })
      dispatch({ type: 'retried', key })
    }
    return true
  }

  /** Reads the list of branches, which also has the parent of a new branch. */
  async function listBranches(): Promise<void> {
    await attempt(
      async () => dispatch({ type: 'branchesListed', branches: await api.branches(conversationId) }),
      () => {},
    )
  }

  async function answer(branchId: string): Promise<void> {
    const abort = new AbortController()
    answering = abort
    dispatch({ type: 'replyBegun', branchId })
    const text = collect((piece) => dispatch({ type: 'replyGrown', piece }))
    const isWhole = await attempt(
      async () => {
        for await (const piece of api.chat(promptOf(await api.context(branchId)), abort.signal)) {
          if (abort.signal.aborted) break
          text.add(piece)
        }
        text.flush()
      },
      (failure) => {
        text.flush()
        if (abort.signal.aborted) return
        if (failure.code === 'NO_MODEL') {
          listener.onNoModel()
          dispatch({ type: 'replyDropped' })
        } else dispatch({ type: 'replyFailed', state: 'broken', failure })
      },
    )
    answering = undefined
    if (isWhole || abort.signal.aborted) await storeReply()
  }

  async function storeReply(): Promise<void> {
    const { reply } = state
    if (!reply) return
    if (reply.text.trim() === '') {
      dispatch({ type: 'replyDropped' })
      return
    }
    dispatch({ type: 'replyStoring' })
    await attempt(
      async () => {
        const { branchId: targetBranchId, text: content } = reply
        const routed = await api.route({ conversationId, content, role: 'assistant', targetBranchId })
        dispatch({ type: 'replyStored', routed })
        listener.onChanged()
      },
      (failure) => dispatch({ type: 'replyFailed', state: 'unstored', failure }),
    )
  }

  return {
    getState: () => state,
    subscribe(onChange) {
      subscribers.add(onChange)
      return () => subscribers.delete(onChange)
    },
    load() {
      if (state.messages.length === 0 && state.outbox.length === 0) dispatch({ type: 'loading' })
      return inTurn(async () => {
        await read()
        await sendWaiting()
      })
    },
    refresh() {
      refreshing ??= inTurn(async () => {
        refreshing = undefined
        if (state.phase !== 'ready') return
        // The health watch reports failures.
        const branches = await api.branches(conversationId).catch(() => undefined)
        if (branches && !isCurrent(state, branches)) await read()
      })
      return refreshing
    },
    submit(content) {
      dispatch({ type: 'submitted', key: newConversationId(), content })
      return inTurn(sendWaiting)
    },
    retry(key) {
      return inTurn(async () => {
        const isUncertain = state.outbox.some(({ failure }) => failure?.isUncertain)
        if (isUncertain && !(await read())) return
        for (const outgoing of state.outbox) {
          if (key === undefined ? !outgoing.failure?.isPermanent : outgoing.key === key)
            dispatch({ type: 'retried', key: outgoing.key })
        }
        await sendWaiting()
      })
    },
    ask() {
      return inTurn(async () => {
        const message = findUnanswered(state)
        if (message) await answer(message.branchId)
        await sendWaiting()
      })
    },
    discard(key) {
      dispatch({ type: 'discarded', key })
      return inTurn(sendWaiting)
    },
    pin: (branchId) => dispatch({ type: 'pinned', branchId }),
    unpin: () => dispatch({ type: 'unpinned' }),
    async extractFacts(branchId) {
      try {
        dispatch({ type: 'factsFound', branchId, facts: await api.extractFacts(branchId) })
      } catch (error) {
        listener.onTrouble()
        throw error
      }
    },
    deleteBranch(branchId) {
      answering?.abort()
      return inTurn(async () => {
        await api.deleteBranch(branchId)
        dispatch({ type: 'branchDeleted', branchId })
        listener.onChanged()
      })
    },
    deleteConversation() {
      answering?.abort()
      return inTurn(() => api.deleteConversation(conversationId))
    },
    stopReply: () => answering?.abort(),
    retryReply() {
      return inTurn(async () => {
        const { reply } = state
        if (reply?.state === 'broken') await answer(reply.branchId)
        else if (reply?.state === 'unstored' && (await read()) && state.reply) await storeReply()
        await sendWaiting()
      })
    },
    dropReply: () => dispatch({ type: 'replyDropped' }),
  }
}

/** Whether a state has all that the server's list of branches counts. */
function isCurrent({ branches, messages, omittedMessages }: State, listed: readonly Branch[]): boolean {
  const total = listed.reduce((sum, { messageCount }) => sum + messageCount, 0)
  return total === omittedMessages + messages.length && countsOf(listed) === countsOf(branches)
}

function countsOf(branches: readonly Branch[]): string {
  return branches.map(({ id, messageCount, factCount }) => `${id} ${messageCount} ${factCount}`).join()
}

/** The time between two updates of a growing answer, in milliseconds: a model sends faster than a page can draw. */
const updateMs = 100

/** Collects pieces of text and passes them on together. */
function collect(onText: (text: string) => void) {
  let text = ''
  let timer: ReturnType<typeof setTimeout> | undefined
  const flush = () => {
    clearTimeout(timer)
    timer = undefined
    if (text === '') return
    const piece = text
    text = ''
    onText(piece)
  }
  return {
    add(piece: string) {
      text += piece
      timer ??= setTimeout(flush, updateMs)
    },
    flush,
  }
}
