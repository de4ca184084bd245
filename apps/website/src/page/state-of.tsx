import type { ServiceName } from '@driftos/ports'
import type { Live } from './use-live.js'

const unknown = { asking: 'checking', lost: 'unknown', static: 'not checked' }

/** Shows a service's state and the process on its port, always in two lines. */
export function StateOf({ service, live }: { readonly service: ServiceName; readonly live: Live }) {
  if (live.connection !== 'live') {
    return (
      <span className="state-of" data-state="unknown">
        <b>{unknown[live.connection]}</b>
        <small />
      </span>
    )
  }
  const { state, latencyMs, reason, holder } = live.states[service]
  const detail = [reason, holder].filter(Boolean).join('; ')
  return (
    <span className="state-of" data-state={state}>
      <b>{state}</b>
      {latencyMs !== undefined && <span> {latencyMs} ms</span>}
      <small title={detail}>{detail}</small>
    </span>
  )
}
