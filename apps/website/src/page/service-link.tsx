import type { ServiceName } from '@driftos/ports'

/** Links to the page of a service. */
export function ServiceLink({ service }: { readonly service: ServiceName }) {
  return <a href={`/ports/${service}`}>{service}</a>
}
