import type { ServiceState, SiteStatus } from '../live/state.js'

/** What happens on the connection to the website's server. */
export type SiteEvent =
  | { readonly kind: 'site'; readonly data: SiteStatus }
  | { readonly kind: 'states'; readonly data: readonly ServiceState[] }
  | { readonly kind: 'lost' }

/** How long the connection may be silent before it counts as lost; the server sends every second. */
const silenceMs = 8000
/** How long to wait before retrying a refused connection. */
const retryMs = 2000
const lockName = 'driftos-events'

/**
 * Passes each event of the server to `onEvent` while the page is visible; the returned function ends the subscription.
 *
 * A browser opens six connections to a server, so one page reads for all: the one that holds a lock. It gives the lock up
 * when it is hidden.
 */
export function readEvents(onEvent: (event: SiteEvent) => void): () => void {
  let end: (() => void) | undefined
  const update = () => {
    end?.()
    end = document.hidden ? undefined : join(onEvent)
  }
  update()
  document.addEventListener('visibilitychange', update)
  return () => {
    document.removeEventListener('visibilitychange', update)
    end?.()
  }
}

function join(onEvent: (event: SiteEvent) => void): () => void {
  // Browsers offer locks only under HTTPS or localhost.
  if (!('locks' in navigator)) return connect(onEvent)
  const channel = new BroadcastChannel(lockName)
  const ended = new AbortController()
  const timer = silenceTimer(() => onEvent({ kind: 'lost' }))
  channel.addEventListener('message', ({ data }: MessageEvent<SiteEvent | 'hello'>) => {
    if (data === 'hello') return
    if (data.kind !== 'lost') timer.restart()
    onEvent(data)
  })
  // oxlint-disable-next-line unicorn/require-post-message-target-origin -- a channel has one origin
  const post = (message: SiteEvent | 'hello') => channel.postMessage(message)
  post('hello')
  timer.restart()
  const lead = () =>
    new Promise<void>((resolve) => {
      timer.stop()
      const latest = new Map<string, SiteEvent>()
      const disconnect = connect((event) => {
        latest.set(event.kind, event)
        onEvent(event)
        post(event)
      })
      // A page that joins later needs the latest events too.
      channel.addEventListener('message', ({ data }: MessageEvent<SiteEvent | 'hello'>) => {
        if (data === 'hello') for (const event of latest.values()) post(event)
      })
      ended.signal.addEventListener('abort', () => {
        disconnect()
        resolve()
      })
    })
  navigator.locks.request(lockName, { signal: ended.signal }, lead).catch(() => undefined)
  return () => {
    timer.stop()
    ended.abort()
    channel.close()
  }
}

/** Connects to the server, and reconnects after an interruption. */
function connect(onEvent: (event: SiteEvent) => void): () => void {
  let source: EventSource
  let retry: ReturnType<typeof setTimeout> | undefined
  const reconnect = () => {
    source.close()
    onEvent({ kind: 'lost' })
    open()
  }
  const timer = silenceTimer(reconnect)
  const open = () => {
    timer.restart()
    source = new EventSource('/api/events')
    source.addEventListener('site', ({ data }: MessageEvent<string>) => {
      timer.restart()
      onEvent({ kind: 'site', data: JSON.parse(data) as SiteStatus })
    })
    source.addEventListener('message', ({ data }: MessageEvent<string>) => {
      timer.restart()
      onEvent({ kind: 'states', data: JSON.parse(data) as ServiceState[] })
    })
    source.addEventListener('error', () => {
      onEvent({ kind: 'lost' })
      // The browser reconnects by itself only after a connection that was open.
      if (source.readyState !== EventSource.CLOSED) return
      timer.stop()
      clearTimeout(retry)
      retry = setTimeout(open, retryMs)
    })
  }
  open()
  return () => {
    timer.stop()
    clearTimeout(retry)
    source.close()
  }
}

function silenceTimer(onSilence: () => void) {
  let timer: ReturnType<typeof setTimeout> | undefined
  const stop = () => clearTimeout(timer)
  return {
    stop,
    restart: () => {
      stop()
      timer = setTimeout(onSilence, silenceMs)
    },
  }
}
