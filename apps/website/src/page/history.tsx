import type { ServiceName } from '@driftos/ports'
import type { ReleasedMove } from '../releases.js'
import { SiteLink } from './link.js'
import { ServiceLink } from './service-link.js'

/** Shows every move, oldest first, with the release that brought it. */
export function History({ moves }: { readonly moves: readonly ReleasedMove[] }) {
  return (
    <>
      <h1>History</h1>
      <p>Every move of a port. A port that a service left is retired until another service takes it.</p>
      {moves.length > 0 ? <Timeline moves={moves} /> : <p>No port has moved yet.</p>}
    </>
  )
}

/** Lists moves, oldest first, each with its reason and release. */
export function Timeline({ moves }: { readonly moves: readonly ReleasedMove[] }) {
  return (
    <ol className="timeline">
      {moves.map(({ service, from, to, reason, version, date }) => (
        <li key={`${service} ${from}`}>
          <ServiceLink service={service as ServiceName} /> moved from <SiteLink to={`/ports/${from}`}>{from}</SiteLink>{' '}
          to <strong>{to}</strong>
          <small>{reason}</small>
          {version && (
            <small>
              released in {version}
              {date && <>, {date}</>}
            </small>
          )}
        </li>
      ))}
    </ol>
  )
}
