import type { Api } from './api.js'
import { forgetConversation, rememberConversation } from './recent-conversations.js'
import type { HealthWatch } from './health.js'
import { newConversationId } from './location.js'
import { currentLocation, navigate } from './router.js'
import { createSession, type Session } from './session.js'

/** The open conversations of the page; each keeps its unsent messages while another one is shown. */
export interface Conversations {
  /** Returns the conversation with this id, and reads it from the server when it is first opened. */
  readonly open: (id: string) => Session
  /** Opens a new conversation, which is not on the server yet. */
  readonly begin: () => { readonly id: string; readonly session: Session }
  /** Stores it with its first message in this browser. */
  readonly remember: (id: string, firstMessage: string) => void
  /** Removes a deleted conversation. */
  readonly forget: (id: string) => void
  /** Sends what could not be sent before, in every open conversation. */
  readonly recover: () => void
  /** Returns whether there are unsent messages. */
  readonly hasUnsent: () => boolean
}

/** Creates the open conversations; the page follows a message to its branch. */
export function createConversations(api: Api, health: HealthWatch): Conversations {
  const sessions = new Map<string, Session>()
  // Two windows of a browser may show one conversation.
  const otherWindows = new BroadcastChannel('driftos-demo')
  otherWindows.addEventListener('message', ({ data: id }: MessageEvent<string>) => void sessions.get(id)?.load())

  function create(id: string): Session {
    const session = createSession(id, api, {
      onLanded(branchId) {
        if (currentLocation().conversationId === id) navigate({ conversationId: id, branchId }, 'replace')
      },
      // oxlint-disable-next-line unicorn/require-post-message-target-origin -- a channel has one origin
      onChanged: () => otherWindows.postMessage(id),
      onTrouble: () => health.check(),
      onNoModel: () => health.noteNoModel(),
      mayAnswer: () => health.getHealth().model !== null,
    })
    sessions.set(id, session)
    return session
  }

  return {
    open(id) {
      const known = sessions.get(id)
      if (known) return known
      const session = create(id)
      void session.load()
      return session
    },
    begin() {
      const id = newConversationId()
      const session = create(id)
      navigate({ conversationId: id })
      return { id, session }
    },
    remember: (id, title) => rememberConversation({ id, title }),
    forget(id) {
      sessions.delete(id)
      forgetConversation(id)
    },
    recover() {
      for (const session of sessions.values())
        void (session.getState().outbox.length > 0 ? session.retry() : session.load())
    },
    hasUnsent: () => [...sessions.values()].some((session) => session.getState().outbox.length > 0),
  }
}
