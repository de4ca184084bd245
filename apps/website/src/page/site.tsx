import type { Directory } from '../directory.js'
import type { View } from '../view.js'
import { CheckoutMenu } from './checkout-menu.js'
import { History } from './history.js'
import { Home } from './home.js'
import { Base, SiteLink } from './link.js'
import { LiveRegion } from './live-region.js'
import { MissingPage } from './missing-page.js'
import { PortPage } from './port-page.js'
import { ServicePage } from './service-page.js'
import { UseIt } from './use-it.js'
import { useLive } from './use-live.js'
import { useVerdict } from './use-verdict.js'

/** The data that a page is rendered from, on the server and then in the browser. */
export interface PageData {
  readonly view: View
  readonly directory: Directory
  readonly isServed: boolean
  /** The path from the page to the root of the site. */
  readonly base: string
  readonly title: string
}

/** Renders a page of the site. */
export function Site({ view, directory: rendered, isServed, base, title }: PageData) {
  const live = useLive(isServed)
  // The server that sends the states may have been restarted with other overrides than those of the page.
  const directory = live.site?.directory ?? rendered
  const verdict = useVerdict(live, title, base)
  return (
    <Base value={base}>
      <LiveRegion>
        <header>
          <SiteLink to="/" className="brand">
            <svg viewBox="0 0 32 32" width="20" height="20" aria-hidden="true">
              <rect width="32" height="32" rx="7" />
              <path d="M9 7v18M9 12c7 0 6 9 14 9" />
            </svg>
            DriftOS
          </SiteLink>
          <CheckoutMenu live={live} />
          <nav aria-label="Site">
            <SiteLink to="/#services">Services</SiteLink>
            <SiteLink to="/#map">Map</SiteLink>
            <SiteLink to="/history" aria-current={view.kind === 'history' ? 'page' : undefined}>
              History
            </SiteLink>
            <SiteLink to="/use" aria-current={view.kind === 'use' ? 'page' : undefined}>
              Use it
            </SiteLink>
          </nav>
        </header>
        <main>
          {view.kind === 'home' && <Home query={view.query} directory={directory} live={live} verdict={verdict} />}
          {view.kind === 'service' && <ServicePage service={view.service} directory={directory} live={live} />}
          {view.kind === 'port' && <PortPage port={view.port} directory={directory} live={live} />}
          {view.kind === 'history' && <History moves={view.moves} />}
          {view.kind === 'use' && <UseIt snippets={view.snippets} />}
          {view.kind === 'missing' && <MissingPage text={view.text} directory={directory} />}
        </main>
        <footer>
          Generated from the registry in <code>@driftos/ports</code>.
        </footer>
      </LiveRegion>
    </Base>
  )
}
