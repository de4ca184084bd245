import type { Api } from './api.js'
import { forgetConversation, rememberConversation } from './earlier.js'
import type { HealthWatch } from './health.js'
import { newConversationId } from './location.js'
import { currentPlace, goTo } from './place.js'
import { createSession, type Session } from './session.js'

/** The conversations that the page has open; each keeps what was not sent when a person goes to another. */
export interface Conversations {
  /** The one with this id, which is read from the server when it is opened first. */
  readonly open: (id: string) => Session
  /** A new one, to which the page goes; nothing of it is on the server yet. */
  readonly begin: () => { readonly id: string; readonly session: Session }
  /** Remembers it by its first message, in this browser. */
  readonly remember: (id: string, firstMessage: string) => void
  /** What was deleted. */
  readonly forget: (id: string) => void
  /** Whether something is written that no server has. */
  readonly hasUnsent: () => boolean
}

/** Opens conversations by the API, and takes the page where their messages land. */
export function createConversations(api: Api, health: HealthWatch): Conversations {
  const sessions = new Map<string, Session>()

  function create(id: string): Session {
    const session = createSession(id, api, {
      onLanded(branchId) {
        if (currentPlace().conversationId === id) goTo({ conversationId: id, branchId }, 'replace')
      },
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
      goTo({ conversationId: id })
      return { id, session }
    },
    remember: (id, title) => rememberConversation({ id, title }),
    forget(id) {
      sessions.delete(id)
      forgetConversation(id)
    },
    hasUnsent: () => [...sessions.values()].some((session) => session.getState().outbox.length > 0),
  }
}
