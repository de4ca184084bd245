import type { Directory } from '../directory.js'
import { Connection } from './connection.js'
import { DirectoryTable } from './directory-table.js'
import { Legend } from './legend.js'
import { NumberLine } from './number-line.js'
import { OpenLinks } from './open-links.js'
import { RangeMap } from './range-map.js'
import { Search } from './search.js'
import { SearchResult } from './search-result.js'
import { Timeline } from './timeline.js'
import { useLive } from './use-live.js'
import { UseIt } from './use-it.js'
import { useQuery } from './use-query.js'
import { findServices } from '../find.js'
import { history } from '@driftos/ports'

/** Shows the directory of every port, the map, the history and how to use them. */
export function Home(props: { readonly query: string; readonly directory: Directory; readonly isServed: boolean }) {
  const { directory, isServed } = props
  const live = useLive(isServed)
  const [query, setQuery] = useQuery(props.query)
  const shown = findServices(query, directory)
  return (
    <>
      <section aria-labelledby="directory">
        <h1 id="directory">Ports</h1>
        <p>
          Every service of DriftOS: its port, its {isServed ? 'current' : 'default'} address, and the variable that
          moves it.
        </p>
        <Search query={query} onQuery={setQuery} />
        <SearchResult query={query} shown={shown} directory={directory} />
        <Connection live={live} />
        {shown.length > 0 && <DirectoryTable shown={shown} directory={directory} live={live} />}
      </section>
      <section aria-labelledby="map">
        <h2 id="map">Map</h2>
        <Legend isMoved={directory.some(({ movedBy }) => movedBy)} />
        <NumberLine directory={directory} />
        <RangeMap directory={directory} />
      </section>
      <section aria-labelledby="history">
        <h2 id="history">History</h2>
        <Timeline moves={history} />
      </section>
      <UseIt />
      <OpenLinks directory={directory} />
    </>
  )
}
