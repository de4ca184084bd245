import { StrictMode } from 'react'
import { createRoot } from 'react-dom/client'
import { api } from './api.js'
import { createConversations } from './conversations.js'
import { watchHealth } from './health.js'
import { Page } from './page.js'
import { currentLocation } from './router.js'
import './page.css'

const health = watchHealth()
const conversations = createConversations(api, health)

// The server answers while the page renders for the first time.
const { conversationId } = currentLocation()
if (conversationId !== undefined) conversations.open(conversationId)

addEventListener('beforeunload', (event) => {
  if (conversations.hasUnsent()) event.preventDefault()
})

createRoot(document.getElementById('root')!).render(
  <StrictMode>
    <Page health={health} conversations={conversations} />
  </StrictMode>,
)
