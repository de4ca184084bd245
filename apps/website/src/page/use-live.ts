import type { ServiceName } from '@driftos/ports'
import { useEffect, useState } from 'react'
import type { ServiceState } from '../live/state.js'

/** The current states of the services; a state is dropped when its connection is lost. */
export type Live =
  | { readonly connection: 'static' | 'asking' | 'lost' }
  | { readonly connection: 'live'; readonly states: Readonly<Record<ServiceName, ServiceState>> }

/** How long the connection may be silent before it counts as lost; the server sends every few seconds. */
const silenceMs = 8000
/** How long to wait before retrying a refused connection. */
const retryMs = 2000

/** Subscribes to the states that the website's server sends, and reconnects after an interruption. */
export function useLive(isServed: boolean): Live {
  const [live, setLive] = useState<Live>({ connection: isServed ? 'asking' : 'static' })
  useEffect(() => (isServed ? follow(setLive) : undefined), [isServed])
  return live
}

/** Passes each state from the server to `onChange`; the returned function ends the subscription. */
function follow(onChange: (live: Live) => void): () => void {
  let source: EventSource
  let timer: ReturnType<typeof setTimeout> | undefined
  const wait = (delayMs: number) => {
    clearTimeout(timer)
    timer = setTimeout(() => {
      source.close()
      onChange({ connection: 'lost' })
      connect()
    }, delayMs)
  }
  const connect = () => {
    source = new EventSource('/api/events')
    source.addEventListener('message', ({ data }: MessageEvent<string>) => {
      const states = JSON.parse(data) as ServiceState[]
      const byService = Object.fromEntries(states.map((state) => [state.service, state]))
      onChange({ connection: 'live', states: byService as Record<ServiceName, ServiceState> })
      wait(silenceMs)
    })
    source.addEventListener('error', () => {
      onChange({ connection: 'lost' })
      // The browser reconnects by itself only after a connection that was open.
      if (source.readyState === EventSource.CLOSED) wait(retryMs)
    })
    wait(silenceMs)
  }
  connect()
  return () => {
    clearTimeout(timer)
    source.close()
  }
}
