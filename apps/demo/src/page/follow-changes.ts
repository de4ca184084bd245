import type { Session } from './session.js'

/** How often to look, in milliseconds. */
const intervalMs = 3000

/** Reads what other browsers write to a conversation, while the page is visible; the returned function stops it. */
export function followChanges(session: Pick<Session, 'refresh'>): () => void {
  const look = () => {
    if (!document.hidden) void session.refresh()
  }
  const timer = setInterval(look, intervalMs)
  document.addEventListener('visibilitychange', look)
  return () => {
    clearInterval(timer)
    document.removeEventListener('visibilitychange', look)
  }
}
