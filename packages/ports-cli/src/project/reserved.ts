import type { RangeDefinition } from '@driftos/ports'
import type { RegistryDefinition } from '@driftos/ports/define'

/** The reserved numbers of a range that are free, such as `3006, 3008-3009`; undefined where there are none. */
export function formatFreeReserved({ reserved }: RangeDefinition, registry: RegistryDefinition): string | undefined {
  if (!reserved) return undefined
  const spans: [first: number, last: number][] = []
  for (const port of freePorts(reserved, registry)) {
    const span = spans.at(-1)
    if (span?.[1] === port - 1) span[1] = port
    else spans.push([port, port])
  }
  return spans.map(([first, last]) => (first === last ? String(first) : `${first}-${last}`)).join(', ') || undefined
}

/** Yields the numbers of a range that no current, moved or retired service has or had, in ascending order. */
export function* freePorts(
  { first, last }: Pick<RangeDefinition, 'first' | 'last'>,
  { services, history, retired = {} }: RegistryDefinition,
): Generator<number> {
  const taken = new Set([
    ...Object.values(services).map(({ port }) => port),
    ...history.map(({ from }) => from),
    ...Object.values(retired).map(({ port }) => port),
  ])
  for (let port = first; port <= last; port++) if (!taken.has(port)) yield port
}
