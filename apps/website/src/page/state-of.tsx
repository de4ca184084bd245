import type { ServiceName } from '@driftos/ports'
import type { Live } from './use-live.js'
import { formatTime } from './verdict.js'

const withoutState = { asking: 'checking', lost: 'unknown', static: 'not checked' }

/** Shows a service's state, since when, and how fast it answers. */
export function StateOf({ service, live }: { readonly service: ServiceName; readonly live: Live }) {
  if (live.connection !== 'live') {
    return (
      <span className="state-of" data-state="unknown">
        <b>{withoutState[live.connection]}</b>
      </span>
    )
  }
  const { state, latencyMs, since } = live.states[service]
  return (
    <span className="state-of" data-state={state}>
      <b>{state}</b>
      <small>{state === 'up' && latencyMs !== undefined ? `${latencyMs} ms` : `since ${formatTime(since)}`}</small>
    </span>
  )
}
