import type { ServiceName } from '@driftos/ports'
import { definitionOf } from '../definitions.js'
import type { Directory } from '../directory.js'
import { Address } from './address.js'
import { documentationOf } from './documentation-of.js'

/** Lists the pages that a person opens in a browser, with their addresses on this machine. */
export function OpenLinks({ directory }: { readonly directory: Directory }) {
  return (
    <section aria-labelledby="open">
      <h2 id="open">Open</h2>
      <ul className="open">
        {directory.filter(documentationOf).map((entry) => (
          <li key={entry.service}>
            <a href={documentationOf(entry)}>API of {entry.service}</a>
            <small>{documentationOf(entry)}</small>
          </li>
        ))}
        {directory
          .filter(({ service }) => hasPages(service))
          .map((entry) => (
            <li key={entry.service}>
              <span>{definitionOf(entry.service).summary}</span>
              <Address entry={entry} />
            </li>
          ))}
      </ul>
    </section>
  )
}

/** Returns whether a service is for people: DriftOS's APIs have metrics, and this site is open already. */
function hasPages(service: ServiceName): boolean {
  const { scheme, metricsPath, status } = definitionOf(service)
  const isApi = metricsPath !== undefined
  return (scheme === 'http' || scheme === 'https') && !isApi && status === 'active' && service !== thisSite
}

const thisSite: string = 'website'
