import type { ServiceName } from '@driftos/ports'
import type { Live } from './use-live.js'
import { formatAge } from './verdict.js'

/** Shows the version, age and process of a service that runs, or why it does not. */
export function RunningProcess({ service, live }: { readonly service: ServiceName; readonly live: Live }) {
  if (live.connection !== 'live') return null
  const { holder, reason, startedAt, version } = live.states[service]
  const run = [version && `v${version}`, startedAt && `started ${formatAge(startedAt)} ago`].filter(Boolean).join(', ')
  return (
    <>
      {reason && <span>{reason}</span>}
      {run && <span>{run}</span>}
      {holder && <small>{holder}</small>}
    </>
  )
}
