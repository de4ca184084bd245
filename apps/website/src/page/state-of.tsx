import type { ServiceName } from '@driftos/ports'
import type { Live } from './use-live.js'

const unknown = { asking: 'asking', lost: 'unknown', static: 'not asked' }

/** Whether a service is up, and what holds its port; two lines, whatever they say. */
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
