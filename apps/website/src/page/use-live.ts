import type { ServiceName } from '@driftos/ports'
import { useEffect, useState } from 'react'
import type { ServiceState } from '../live/state.js'

/** What is known of the services at this moment; no state outlives the connection that told it. */
export type Live =
  | { readonly connection: 'static' | 'asking' | 'lost' }
  | { readonly connection: 'live'; readonly states: Readonly<Record<ServiceName, ServiceState>> }

/** The server tells at least every few seconds; later than this, in milliseconds, it tells nothing any more. */
const silenceMs = 8000
/** How long to wait before a connection that the server refused is asked for again, in milliseconds. */
const retryMs = 2000

/** Follows the states that the website's server tells, and connects again when it has been away. */
export function useLive(isServed: boolean): Live {
  const [live, setLive] = useState<Live>({ connection: isServed ? 'asking' : 'static' })
  useEffect(() => (isServed ? follow(setLive) : undefined), [isServed])
  return live
}

/** Tells what the server tells, until the function that it returns is called. */
function follow(tell: (live: Live) => void): () => void {
  let source: EventSource
  let timer: ReturnType<typeof setTimeout> | undefined
  const wait = (delayMs: number) => {
    clearTimeout(timer)
    timer = setTimeout(() => {
      source.close()
      tell({ connection: 'lost' })
      connect()
    }, delayMs)
  }
  const connect = () => {
    source = new EventSource('/api/events')
    source.addEventListener('message', ({ data }: MessageEvent<string>) => {
      const states = JSON.parse(data) as ServiceState[]
      const byService = Object.fromEntries(states.map((state) => [state.service, state]))
      tell({ connection: 'live', states: byService as Record<ServiceName, ServiceState> })
      wait(silenceMs)
    })
    source.addEventListener('error', () => {
      tell({ connection: 'lost' })
      // The browser itself connects again only where it has been connected before.
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
