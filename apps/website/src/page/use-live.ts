import type { ServiceName } from '@driftos/ports'
import { useEffect, useState } from 'react'
import { extendRecord } from '../live/record.js'
import type { ServiceState, SiteStatus } from '../live/state.js'
import { readEvents, type SiteEvent } from './shared-events.js'

type Records = SiteStatus['records']

/** The current states of the services; a state is dropped when its connection is lost. */
export type Live =
  | { readonly connection: 'static' | 'asking' | 'lost'; readonly site?: SiteStatus }
  | {
      readonly connection: 'live'
      readonly site?: SiteStatus
      readonly states: Readonly<Record<ServiceName, ServiceState>>
    }

/** Subscribes to the states that the website's server sends; pauses while the page is hidden. */
export function useLive(isServed: boolean): Live {
  const [live, setLive] = useState<Live>({ connection: isServed ? 'asking' : 'static' })
  useEffect(
    () => (isServed ? readEvents((event) => setLive((present) => next(present, event))) : undefined),
    [isServed],
  )
  return live
}

function next(live: Live, event: SiteEvent): Live {
  const { site } = live
  if (event.kind === 'site') return { ...live, site: event.data }
  if (event.kind === 'lost') return { connection: 'lost', ...(site && { site }) }
  const states = Object.fromEntries(event.data.map((state) => [state.service, state])) as Record<
    ServiceName,
    ServiceState
  >
  return { connection: 'live', states, ...(site && { site: { ...site, records: extend(site.records, states) } }) }
}

/** Adds the latest states to the records, as the server does. */
function extend(records: Records, states: Readonly<Record<ServiceName, ServiceState>>): Records {
  const entries = Object.values(states).map((state) => [
    state.service,
    extendRecord(records[state.service], state, state.since),
  ])
  return Object.fromEntries(entries) as Records
}
