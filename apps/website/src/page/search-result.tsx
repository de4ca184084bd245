import { findService, type ServiceName } from '@driftos/ports'
import type { Directory } from '../directory.js'
import { findNearest, readPort } from '../find.js'
import { PortFacts } from './port-facts.js'
import { ServiceLink } from './service-link.js'

/** Shows how many services a search found, or the status of the port that was searched for. */
export function SearchResult(props: {
  readonly query: string
  readonly shown: readonly ServiceName[]
  readonly directory: Directory
}) {
  const { query, shown, directory } = props
  const port = readPort(query)
  const nearest = findNearest(query)
  return (
    <output className="result" htmlFor="q">
      {port !== undefined && (shown.length === 0 || findService(port)) ? (
        <PortFacts port={port} directory={directory} />
      ) : (
        query.trim() && (
          <p>
            {shown.length > 0 ? (
              `${shown.length} of ${directory.length} services`
            ) : (
              <>
                No service is named “{query.trim()}”.
                {nearest && (
                  <>
                    {' '}
                    Did you mean <ServiceLink service={nearest} />?
                  </>
                )}
              </>
            )}
          </p>
        )
      )}
    </output>
  )
}
