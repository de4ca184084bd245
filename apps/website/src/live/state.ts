import type { ServiceProbe } from '@driftos/ports/probe'

/** The state of a service, and the process on its port where it may be shown. */
export interface ServiceState extends Omit<ServiceProbe, 'holder' | 'checkout'> {
  /** A description of a process or a container. */
  readonly holder?: string
}
