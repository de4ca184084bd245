import { findService, type ServiceName } from '@driftos/ports'
import type { Directory } from '../directory.js'
import { findNearest, readPort } from '../find.js'
import { PortFacts } from './port-facts.js'
import { ServiceLink } from './service-link.js'

/** What a search found, in words. */
export function SearchResult(props: {
  readonly query: string
  readonly shown: readonly ServiceName[]
  readonly directory: Directory
}) {
  const { query, shown, directory } = props
  const port = readPort(query)
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
                Nothing is called “{query.trim()}”. Nearest is <ServiceLink service={findNearest(query)} />.
              </>
            )}
          </p>
        )
      )}
    </output>
  )
}
