import type { RetiredService } from './registry.js'

/**
 * What to say to whoever asks for a service that is gone, behind its name.
 *
 * @internal
 */
export function epitaphOf({ port, reason }: RetiredService): string {
  return `is retired, it held port ${port}: ${reason}`
}
