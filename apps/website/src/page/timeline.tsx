import type { Move, ServiceName } from '@driftos/ports'
import { ServiceLink } from './service-link.js'

/** Lists moves, oldest first, each with its reason. */
export function Timeline({ moves }: { readonly moves: readonly Move[] }) {
  return (
    <ol className="timeline">
      {moves.map(({ service, from, to, reason }) => (
        <li key={`${service} ${from}`}>
          <ServiceLink service={service as ServiceName} /> moved from <a href={`/ports/${from}`}>{from}</a> to{' '}
          <strong>{to}</strong>
          <small>{reason}</small>
        </li>
      ))}
    </ol>
  )
}
