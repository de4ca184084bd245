import type { RangeDefinition, ServiceDefinition } from '@driftos/ports'

/** The reserved numbers of a range that no service holds yet, such as `3006, 3008-3009`; undefined where there are none. */
export function formatFreeReserved(
  { reserved }: RangeDefinition,
  services: Readonly<Record<string, ServiceDefinition>>,
): string | undefined {
  if (!reserved) return undefined
  const held = new Set(Object.values(services).map(({ port }) => port))
  const spans: [first: number, last: number][] = []
  for (let port = reserved.first; port <= reserved.last; port++) {
    const span = spans.at(-1)
    if (held.has(port)) continue
    if (span?.[1] === port - 1) span[1] = port
    else spans.push([port, port])
  }
  return spans.map(([first, last]) => (first === last ? String(first) : `${first}-${last}`)).join(', ') || undefined
}
