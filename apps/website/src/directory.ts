import { getOrigin, getPort, PORTS, resolvePorts, type Env, type ServiceName } from '@driftos/ports'
import { definitionOf, serviceNames } from './definitions.js'
import { readLinks, type Link } from './links.js'

/** The variable that moves every port. */
export const offsetVariable = 'DRIFTOS_PORT_OFFSET'

/** A service with the overrides of this machine's environment applied. */
export interface DirectoryEntry {
  readonly service: ServiceName
  /** The port for readers. */
  readonly port: number
  /** The address for readers. */
  readonly address: string
  /** The variable that moved the port from the registered one. */
  readonly movedBy?: string
  /** True for an address of a private network, which no browser outside of it can open. */
  readonly isInside?: true
}

/** Every service, in the registry's order. */
export type Directory = readonly DirectoryEntry[]

/**
 * Returns the port and address of every service in this environment.
 *
 * @throws {PortConfigError} when a port, host or origin is invalid
 * @throws {SettingError} when a link is invalid
 */
export function findDirectory(env: Env): Directory {
  const ports = resolvePorts(env)
  const links = readLinks(env)
  return serviceNames.map((service) => describe(service, ports[service], links[service], env))
}

function describe(service: ServiceName, resolved: number, link: Link | undefined, env: Env): DirectoryEntry {
  const address = link?.address ?? getOrigin(service, env)
  const port = link?.port ?? resolved
  return {
    service,
    port,
    address,
    ...(port !== PORTS[service] && { movedBy: link?.port ? link.variable : moverOf(service, env) }),
    ...(link === undefined && isInside(address) && { isInside: true as const }),
  }
}

/** Returns a service's entry; a directory has one for every service. */
export function entryOf(directory: Directory, service: ServiceName): DirectoryEntry {
  return directory.find((entry) => entry.service === service)!
}

/** Returns whether a browser can open a service's address. */
export function isOpenable(entry: DirectoryEntry): boolean {
  return /^https?$/.test(definitionOf(entry.service).scheme) && !entry.isInside
}

function moverOf(service: ServiceName, env: Env): string {
  const { variable } = definitionOf(service)
  const isOwn = getPort(service, { [variable]: env[variable] }) !== PORTS[service]
  return isOwn ? variable : offsetVariable
}

/** Returns whether the host of an address is a single word, as in a network of containers. */
function isInside(address: string): boolean {
  const { hostname } = new URL(address)
  return hostname !== 'localhost' && /^[^.:[\]]+$/.test(hostname)
}
