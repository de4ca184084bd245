import type { Api } from './api.js'
import { Failure, unreachable } from './failure.js'
import { promptOf } from './prompt.js'
import type { StoredMessage } from './shapes.js'
import { emptyState, reduce, type Event, type Snapshot, type State } from './state.js'

/** The events of a session. */
export interface SessionListener {
  /** A message has its branch. */
  readonly onLanded: (branchId: string) => void
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
  /** Sends a message after the previous ones. */
  readonly submit: (content: string) => Promise<void>
  /** Resends unsent messages, unless the server has them. */
  readonly retry: () => Promise<void>
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
  let count = 0
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
      async () => dispatch({ type: 'loaded', snapshot: await readSnapshot(api, conversationId) }),
      (failure) => {
        // The page is still valid; only a conversation that was never read has nothing to show.
        if (state.phase === 'loading') dispatch({ type: 'loadFailed', failure })
      },
    )
  }

  /** Sends waiting messages until one fails. */
  async function sendWaiting(): Promise<void> {
    for (;;) {
      const [next] = state.outbox
      if (state.phase !== 'ready' || next?.state !== 'waiting') return
      const { key, content, targetBranchId } = next
      dispatch({ type: 'sending', key })
      const isSent = await attempt(
        async () => {
          const routed = await api.route({ conversationId, content, role: 'user', targetBranchId })
          dispatch({ type: 'landed', key, routed })
          listener.onLanded(routed.branchId)
          if (routed.confidence === 0) listener.onTrouble()
        },
        (failure) => dispatch({ type: 'notSent', key, failure }),
      )
      if (!isSent) return
      await listBranches()
      if (listener.mayAnswer()) await answer(state.messages.at(-1)!.branchId)
    }
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
    const isWhole = await attempt(
      async () => {
        for await (const piece of api.chat(promptOf(await api.context(branchId)), abort.signal)) {
          if (abort.signal.aborted) break
          dispatch({ type: 'replyGrown', piece })
        }
      },
      (failure) => {
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
    submit(content) {
      dispatch({ type: 'submitted', key: String(count++), content })
      return inTurn(sendWaiting)
    },
    retry() {
      return inTurn(async () => {
        const isUncertain = state.outbox.some(({ failure }) => failure?.isUncertain)
        if (isUncertain && !(await read())) return
        dispatch({ type: 'retried' })
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

/** Reads the whole conversation: its branches, and the context of each. */
async function readSnapshot(api: Api, conversationId: string): Promise<Snapshot> {
  const branches = await api.branches(conversationId)
  const contexts = await Promise.all(branches.map(({ id }) => api.context(id)))
  const messages: (StoredMessage & { branchId: string })[] = contexts
    .flatMap(({ branchId, messages: own }) => own.map((message) => ({ ...message, branchId })))
    .toSorted((one, other) => Date.parse(one.createdAt) - Date.parse(other.createdAt))
  return { branches, messages, allFacts: contexts[0]?.allFacts ?? [] }
}
