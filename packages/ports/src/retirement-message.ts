import type { RetiredService } from './registry.js'

/**
 * Returns the part of an error message after the name of a retired service.
 *
 * @internal
 */
export function retirementMessage({ port, reason }: RetiredService): string {
  return `is retired (port ${port}): ${reason}`
}
