import type { ServiceStatus } from '@driftos/control'
import type { ServiceName } from '@driftos/ports'
import type { ServiceProbe } from '@driftos/ports/probe'
import type { Directory } from '../directory.js'

/** How the stack of this checkout runs a service. */
export type ServiceRun = Pick<ServiceStatus, 'state' | 'restarts' | 'lastExit'>

/** The state of a service, and the process on its port where it may be shown. */
export interface ServiceState extends Omit<ServiceProbe, 'holder' | 'checkout'> {
  /** A description of a process or a container. */
  readonly holder?: string
  /** How the stack runs it, where a stack does and it may be shown. */
  readonly run?: ServiceRun
  /** When the state began, or when this server first saw it (ISO 8601). */
  readonly since: string
  /** The version that the service reports. */
  readonly version?: string
  /** When the service's process started (ISO 8601). */
  readonly startedAt?: string
}

/** A change of a service's state. */
interface StateChange {
  /** When it was seen (ISO 8601). */
  readonly at: string
  readonly state: ServiceState['state']
  readonly reason?: string
}

/** The past states of a service since this server started. */
export interface ServiceRecord {
  /** The times of the latest answers in milliseconds, oldest first; null for a check without one. */
  readonly latencies: readonly (number | null)[]
  /** The latest changes, oldest first. */
  readonly changes: readonly StateChange[]
}

/** A checkout of this repository on this machine. */
export interface CheckoutEntry {
  /** The name of its directory. */
  readonly name: string
  readonly branch?: string
  /** The offset that moves its ports. */
  readonly offset: number
  readonly isRunning: boolean
  /** Whether it is the checkout of this server. */
  readonly isHere: boolean
  /** The address of its website. */
  readonly website: string
}

/** Data for a page besides the states; sent when it connects, and again after a change. */
export interface SiteStatus {
  /** The directory of the server that sends, which may have other overrides than the one that rendered the page. */
  readonly directory: Directory
  readonly records: Readonly<Record<ServiceName, ServiceRecord>>
  /** Whether the reader may read the output of the services and restart them. */
  readonly canControl: boolean
  /** The checkouts of this repository; only for readers on this machine. */
  readonly checkouts?: readonly CheckoutEntry[]
}
