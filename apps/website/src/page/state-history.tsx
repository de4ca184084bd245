import type { ServiceName } from '@driftos/ports'
import type { Live } from './use-live.js'
import { formatTime } from './verdict.js'

/** Lists the changes of a service's state since the website's server started, latest first. */
export function StateHistory({ service, live }: { readonly service: ServiceName; readonly live: Live }) {
  const changes = live.site?.records[service].changes ?? []
  if (changes.length < 2) return null
  return (
    <section aria-labelledby="changes">
      <h2 id="changes">State changes</h2>
      <ol className="changes">
        {changes.toReversed().map(({ at, state, reason }) => (
          <li key={at} className="state-of" data-state={state}>
            <time dateTime={at}>{formatTime(at)}</time> <b>{state}</b> {reason && <small>{reason}</small>}
          </li>
        ))}
      </ol>
    </section>
  )
}
