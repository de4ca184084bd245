import type { Session } from './session.js'

/** How long to wait after the server refused the events, in milliseconds. A browser retries only after a lost connection. */
const restMs = 5000

/**
 * Reads what other browsers write to a conversation, at each server event about it, while the page is visible; the returned
 * function stops it.
 */
export function followChanges(conversationId: string, session: Pick<Session, 'refresh'>): () => void {
  let source: EventSource | undefined
  let timer: ReturnType<typeof setTimeout> | undefined

  function open(): void {
    source = new EventSource(`/api/v1/drift/conversations/${encodeURIComponent(conversationId)}/events`)
    source.addEventListener('message', () => void session.refresh())
    source.addEventListener('error', () => {
      if (source?.readyState === EventSource.CLOSED) timer = setTimeout(follow, restMs)
    })
  }

  function close(): void {
    clearTimeout(timer)
    source?.close()
  }

  function follow(): void {
    close()
    if (!document.hidden) open()
  }

  follow()
  document.addEventListener('visibilitychange', follow)
  return () => {
    close()
    document.removeEventListener('visibilitychange', follow)
  }
}
