import type { ServiceName } from '@driftos/ports'
import type { DirectoryEntry } from '../directory.js'

/** The services that serve a page about their API. */
const documented: ReadonlySet<ServiceName> = new Set(['core', 'embed'])

/** Where a service documents its API, as far as it does and a browser can open it. */
export function documentationOf({ service, address, isInside }: DirectoryEntry): string | undefined {
  return documented.has(service) && !isInside ? `${address}/documentation` : undefined
}
