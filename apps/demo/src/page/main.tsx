import { StrictMode } from 'react'
import { createRoot } from 'react-dom/client'
import { api } from './api.js'
import { createConversations } from './conversations.js'
import { readDraft } from './draft.js'
import { watchHealth } from './health.js'
import { Page } from './page.js'
import { currentLocation } from './router.js'
import type { Session } from './session.js'
import './page.css'

/** How long the first paint waits for the conversation, in milliseconds. */
const patienceMs = 400

const delay = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms))
const isRead = (session: Session) =>
  new Promise<void>((resolve) => session.subscribe(() => session.getState().phase === 'loading' || resolve()))

const health = watchHealth()
const conversations = createConversations(api, health)

const { conversationId } = currentLocation()
// A conversation that is read soon is rendered once: rendering that it is being read would delay it.
if (conversationId !== undefined) {
  const session = conversations.open(conversationId)
  // The first use of the browser's storage blocks the page, here while the server answers.
  readDraft(conversationId)
  await Promise.race([isRead(session), delay(patienceMs)])
}

addEventListener('beforeunload', (event) => {
  if (conversations.hasUnsent()) event.preventDefault()
})

createRoot(document.getElementById('root')!).render(
  <StrictMode>
    <Page health={health} conversations={conversations} />
  </StrictMode>,
)
