import type { RetiredService } from './registry.js'

/**
 * Returns what an error says of a retired service, after its name.
 *
 * @internal
 */
export function retirementMessage({ port, reason }: RetiredService): string {
  return `is retired, it held port ${port}: ${reason}`
}
