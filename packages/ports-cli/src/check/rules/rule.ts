import type { PortRegistry } from '@driftos/ports/define'
import { fold } from '../names.js'
import type { Occurrence } from '../occurrence.js'
import { isOfCluster } from '../silence.js'

/** The fault of an occurrence. */
export interface Verdict {
  readonly severity: 'error' | 'warning'
  /** The service that the number should belong to, or belongs to. */
  readonly service?: string | undefined
  readonly message: string
  /** What to write instead. */
  readonly suggestion?: string | undefined
  /** The number that `--fix` writes. */
  readonly fix?: number | undefined
}

/** One way in which a port can be wrong. */
export interface Rule {
  readonly name: string
  /** Why it matters, as one sentence. */
  readonly why: string
  /** How to fix it, as one sentence. */
  readonly fix: string
}

/** A rule about one occurrence. The first rule with a verdict decides. */
export interface OccurrenceRule extends Rule {
  judge(occurrence: Occurrence, context: Context): Verdict | undefined
}

/** A rule about occurrences together. */
export interface ProjectRule extends Rule {
  judgeAll(occurrences: readonly Occurrence[], context: Context): Iterable<readonly [Occurrence, Verdict]>
}

/** What rules use of a registry. */
export type RegistryView = Pick<PortRegistry, 'services' | 'findService'>

/** What rules use besides an occurrence. */
export interface Context {
  readonly registry: RegistryView
  /** Name of the package that exports the registry's numbers. */
  readonly registryPackage?: string | undefined
  /** Returns the numbers of the list or, of a block's variables, of the block that an occurrence is in. */
  readonly listOf: (occurrence: Occurrence) => readonly Occurrence[]
  /**
   * Returns whether a service runs in the occurrence's root, but no package there is called like it, and the
   * occurrence's package is not called like another block.
   */
  readonly isUnclaimed: (service: string, occurrence: Occurrence) => boolean
  /** Returns whether a Service of Kubernetes in the occurrence's root opens its number for the service that it names. */
  readonly isClusterAddress: (occurrence: Occurrence) => boolean
  /** Returns whether the number is that of one of several listeners of the service, as brokers have them. */
  readonly isListener: (occurrence: Occurrence) => boolean
  /**
   * Returns whether a container in the occurrence's file declares the number as a further port, or a container with another
   * name, in a Deployment with the name of the service, opens it.
   */
  readonly isOpenedInPod: (occurrence: Occurrence) => boolean
  /** Returns whether the program of the service has the number for its health or its metrics. */
  readonly isFurtherOfProgram: (occurrence: Occurrence) => boolean
  /** Returns whether the line of an occurrence has the right number of its service. */
  readonly isRightOnLine: (occurrence: Occurrence) => boolean
  /** Returns whether the block around an occurrence is called like a service. */
  readonly isBlockOf: (service: string, occurrence: Occurrence) => boolean
  /** Returns whether the block of an occurrence is a proxy, in a file with a block called like a service. */
  readonly isFronted: (service: string, occurrence: Occurrence) => boolean
  /** Returns whether a container of the service publishes the number besides the service's own port. */
  readonly isOpened: (occurrence: Occurrence) => boolean
  /** Returns whether another file of the same root, or one in another directory, publishes the port of a service. */
  readonly isPublishedElsewhere: (service: string, occurrence: Occurrence, scope?: 'directory') => boolean
  /** Returns whether another file of the same root, but no document, has the right number of a service. */
  readonly isRightElsewhere: (service: string, occurrence: Occurrence) => boolean
  /** Returns whether the file of an occurrence is a stack besides that of a service: most of its published ports are the same. */
  readonly isOfAlternative: (service: string, occurrence: Occurrence) => boolean
  /** Returns whether several services have their number of this machine inside their containers of a cluster, and few the registered one. */
  readonly isSameInCluster: (occurrence: Occurrence) => boolean
  /** Returns whether a service's own variable has the right number in the file of an occurrence. */
  readonly hasOwnVariable: (occurrence: Occurrence) => boolean
  /** Returns whether the block of an occurrence, which is called like no service, publishes its number. */
  readonly isOfOpenBlock: (occurrence: Occurrence) => boolean
  /** Returns whether variables give a service the address of an occurrence in several files, and the registered one in none. */
  readonly isUnanimous: (occurrence: Occurrence) => boolean
  /** Returns whether a file has the number of an occurrence in the addresses of at least three services. */
  readonly isShared: (occurrence: Occurrence) => boolean
  /** Returns whether all local addresses of a document have one number. */
  readonly isOnlyAddress: (occurrence: Occurrence) => boolean
  /** Returns whether all local addresses of a document with a number that is not registered have one number. */
  readonly isOnlyUnknownAddress: (occurrence: Occurrence) => boolean
  /** Returns whether all places agree on the number of a service inside its container. */
  readonly isAgreedInside: (occurrence: Occurrence) => boolean
  /** Returns whether an address is one of several on a line or in a list: clients that a server allows. */
  readonly isListed: (occurrence: Occurrence) => boolean
  /** Returns whether a service's own address on this machine is at most four lines away. */
  readonly isBesideService: (occurrence: Occurrence) => boolean
  /** Returns whether a block in the occurrence's root that opens a port is called like a service. */
  readonly isStarted: (service: string, occurrence: Occurrence) => boolean
  /** Returns whether a proxy in the occurrence's file publishes a port. */
  readonly isProxied: (port: number, occurrence: Occurrence) => boolean
  /** Returns whether a variable has the right default somewhere in the same file: others are for another product. */
  readonly hasRightDefault: (occurrence: Occurrence) => boolean
  /** Returns whether the repository's own proxy forwards to the number of an occurrence, or its own compose file publishes it. */
  readonly isServedBySibling: (occurrence: Occurrence) => boolean
  /** Returns whether a container publishes the number of an occurrence, and no other, on the same port of this machine. */
  readonly isMirrored: (occurrence: Occurrence) => boolean
  /** Returns whether another file of the same package listens on the right port. */
  readonly isOpenedBySibling: (occurrence: Occurrence) => boolean
  /** Returns whether a program in the same file listens on the number of an occurrence. */
  readonly isListenedHere: (occurrence: Occurrence) => boolean
  /** Returns whether a service has a number inside its container that is registered, or published without a variable. */
  readonly isFixedInside: (service: string, occurrence: Occurrence) => boolean
  /** Returns whether a number is in variables for another stack, with no number of the registered one. */
  readonly isApart: (occurrence: Occurrence) => boolean
  /** Returns whether a file sets the number of a service inside its container, and has no other one for it. */
  readonly isSetInside: (occurrence: Occurrence) => boolean
  /** Returns whether a container's command sets the number that the container's publication leads to, in the same file. */
  readonly isCommandedInside: (occurrence: Occurrence) => boolean
  /** Returns whether a publication leads to the number of an occurrence inside a service's container, which is not registered for it. */
  readonly isOldInside: (service: string, occurrence: Occurrence) => boolean
  /** Returns whether a variable moves a service inside a package, or anywhere in the root of the occurrence. */
  readonly isMovable: (service: string, occurrence: Occurrence, scope: 'package' | 'root') => boolean
}

/** Returns the service whose registered port a number is. */
export function holderOf(port: number, { findService }: RegistryView): string | undefined {
  const found = findService(port)
  return found?.status === 'assigned' ? found.service : undefined
}

/** Returns the port that a service has on one side. */
export function expectedPort(service: string, side: Occurrence['side'], { services }: RegistryView): number {
  const { port, containerPort = port } = services[service]!
  return side === 'host' ? port : containerPort
}

/** Returns whether a service is a database. */
export function isDatabase(service: string, { services }: RegistryView): boolean {
  return /^(?:postgresql|mysql|mongodb|redis)$/.test(services[service]!.scheme)
}

/** Files that start services for development, with other programs than the images of the product. */
const isOfDevelopment = /(?:[.-](?:dev|development|debug|override|local|hot|watch)\b|^dev\b)[^/]*$/i

/** Returns whether an attributed number is the port of one of its services. */
export function isRight(
  { path, port, rangeEnd = port, side, role, host, kind, override, attribution }: Occurrence,
  registry: RegistryView,
): boolean {
  const isIn = (wanted: number) => port <= wanted && wanted <= rangeEnd
  return attribution!.services.some((service) => {
    const { port: hostPort, containerPort = hostPort, variable } = registry.services[service]!
    if (isIn(side === 'host' ? hostPort : containerPort)) return true
    // A script may print the address that containers have of each other.
    if (host === 'named' && isIn(containerPort)) return true
    // A container that is given the variable names an address outside.
    if (override === variable && role === 'reach' && isIn(hostPort)) return true
    // A development server in the container has the same port inside and outside, but not a database.
    if (side === 'container' && isIn(hostPort) && isOfDevelopment.test(path) && !isDatabase(service, registry))
      return true
    // In a cluster every service is reached through its own network.
    if (side === 'host' && role === 'value' && isOfCluster(path) && isIn(containerPort)) return true
    // A table of containers in a document: `| web | :8080 |`.
    if (side === 'host' && role === 'label' && host === undefined && isIn(containerPort) && isKnown(port, registry))
      return true
    if (host !== undefined || role === 'publish' || role === 'label') return false
    if (side === 'host' && attribution!.by === 'variable') {
      // So may be a setting whose variable only has the service's name.
      const isLoose = kind === 'code' ? role === 'default' : fold(attribution!.text) !== fold(variable)
      return isLoose && isIn(containerPort) && !isKnown(port, registry)
    }
    // A unit of systemd starts its program on this machine.
    if (side === 'host') return isIn(containerPort) && !path.endsWith('.service')
    // A variable inside a container names a service as it is reached from there, through either side.
    return attribution!.by === 'variable' && isIn(hostPort)
  })
}

/** Returns who owns a number that a service should not use here, for a message: "3002 belongs to embed". */
export function describeHolder(port: number, { findService }: RegistryView, service?: string): string {
  const found = findService(port)
  if (found?.status === 'assigned' && found.service === service) return `${port} is its port outside`
  if (!found || found.status === 'reserved') return `${port} is not registered`
  if (found.status === 'assigned') return `${port} belongs to ${found.service}`
  return `${port} is retired${found.service === undefined ? '' : ` (formerly ${found.service})`}`
}

/** Returns whether a port is above those that a registry may contain. */
export function isEphemeral(port: number): boolean {
  return port >= 32_768
}

/** Returns whether evidence is the registered variable of one of its services. */
export function isExact({ services, text }: NonNullable<Occurrence['attribution']>, registry: RegistryView): boolean {
  return services.some((each) => fold(registry.services[each]!.variable) === fold(text))
}

/** Returns whether a service has a port, or had it. */
export function isKnown(port: number, registry: RegistryView): boolean {
  return (registry.findService(port)?.status ?? 'reserved') !== 'reserved'
}
