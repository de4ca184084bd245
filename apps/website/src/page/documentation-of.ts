import type { DirectoryEntry } from '../directory.js'

/** The services that serve a page about their API, as long as they are registered. */
const documented: ReadonlySet<string> = new Set(['core', 'embed'])

/** Returns the address of a service's API documentation; undefined when it has none that a browser can open. */
export function documentationOf({ service, address, isInside }: DirectoryEntry): string | undefined {
  return documented.has(service) && !isInside ? `${address}/documentation` : undefined
}
