import type { Directory } from '../directory.js'
import { findServices } from '../find.js'
import { Search } from './search.js'
import { SearchResult } from './search-result.js'
import { ServiceMap } from './service-map.js'
import { Services } from './services.js'
import type { Live } from './use-live.js'
import { useQuery } from './use-query.js'
import type { Verdict } from './verdict.js'
import { VerdictLine } from './verdict-line.js'

/** Shows how DriftOS is doing, every service, and the map of the ports. */
export function Home(props: {
  readonly query: string
  readonly directory: Directory
  readonly live: Live
  readonly verdict: Verdict
}) {
  const { directory, live, verdict } = props
  const [query, setQuery] = useQuery(props.query)
  const shown = findServices(query, directory, live.connection === 'live' ? live.states : undefined)
  return (
    <>
      <div className="overview">
        <VerdictLine verdict={verdict} directory={directory} live={live} />
        <Search query={query} onQuery={setQuery} only={shown.length === 1 ? shown[0] : undefined} />
      </div>
      <SearchResult query={query} shown={shown} directory={directory} />
      <div className="board">
        {shown.length > 0 && (
          <Services shown={shown} directory={directory} live={live} isSearch={query.trim() !== ''} />
        )}
        <section aria-labelledby="map">
          <h2 id="map">Map</h2>
          <ServiceMap directory={directory} live={live} />
        </section>
      </div>
    </>
  )
}
