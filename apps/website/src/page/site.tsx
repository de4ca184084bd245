import type { Directory } from '../directory.js'
import type { View } from '../view.js'
import { Home } from './home.js'
import { MissingPage } from './missing-page.js'
import { PortPage } from './port-page.js'
import { LiveRegion } from './live-region.js'
import { ServicePage } from './service-page.js'

/** The data that a page is rendered from, on the server and then in the browser. */
export interface PageData {
  readonly view: View
  readonly directory: Directory
  readonly isServed: boolean
}

/** Renders a page of the site. */
export function Site({ view, directory, isServed }: PageData) {
  return (
    <LiveRegion>
      <header>
        <a href="/">DriftOS ports</a>
        <nav aria-label="Site">
          <a href="/#map">Map</a>
          <a href="/#history">History</a>
          <a href="/#use">Use it</a>
          <a href="/#open">Open</a>
        </nav>
      </header>
      <main>
        {view.kind === 'home' && <Home query={view.query} directory={directory} isServed={isServed} />}
        {view.kind === 'service' && <ServicePage service={view.service} directory={directory} isServed={isServed} />}
        {view.kind === 'port' && <PortPage port={view.port} directory={directory} />}
        {view.kind === 'missing' && <MissingPage text={view.text} directory={directory} />}
      </main>
      <footer>
        <small>
          Generated from the registry in <code>@driftos/ports</code>.
        </small>
      </footer>
    </LiveRegion>
  )
}
