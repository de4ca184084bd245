import type { ServiceName } from '@driftos/ports'
import type { ServiceRun } from '../live/state.js'
import type { Live } from './use-live.js'
import { formatAge, formatTime } from './verdict.js'

/** Shows the version, age and process of a service that runs, or why it does not. */
export function RunningProcess({ service, live }: { readonly service: ServiceName; readonly live: Live }) {
  if (live.connection !== 'live') return null
  const { holder, reason, run, startedAt, version } = live.states[service]
  const process = [version && `v${version}`, startedAt && `started ${formatAge(startedAt)} ago`]
    .filter(Boolean)
    .join(', ')
  return (
    <>
      {reason && <span>{reason}</span>}
      {process && <span>{process}</span>}
      {run?.lastExit && <span>{describeExits(run)}</span>}
      {holder && <small>{holder}</small>}
    </>
  )
}

/** Returns how the service ended and came back: `SIGKILL at 04:12, restarted 2 times`. */
function describeExits({ lastExit, restarts, state }: ServiceRun): string {
  const times = restarts === 1 ? 'once' : `${restarts} times`
  return [
    lastExit && `ended at ${formatTime(lastExit.at)}: ${lastExit.reason}`,
    restarts > 0 && `restarted ${times}`,
    state === 'failed' && 'not restarted any more',
  ]
    .filter(Boolean)
    .join(', ')
}
