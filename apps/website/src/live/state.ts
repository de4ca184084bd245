import type { ServiceProbe } from '@driftos/ports/probe'

/** What a service's port answered, and who holds it where that may be told. */
export interface ServiceState extends ServiceProbe {
  /** A process or a container, in words. */
  readonly holder?: string
}
