import type { ServiceName } from '@driftos/ports'
import { SiteLink } from './link.js'

/** Links to the page of a service. */
export function ServiceLink({ service }: { readonly service: ServiceName }) {
  return <SiteLink to={`/ports/${service}`}>{service}</SiteLink>
}
