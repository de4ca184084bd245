import { getOrigin, getPort, PORTS, resolvePorts, services, type Env, type ServiceName } from '@driftos/ports'
import { readLinks, type Link } from './links.js'

/** A service as this machine's environment has it. */
export interface DirectoryEntry {
  readonly service: ServiceName
  /** The port at which a reader reaches it. */
  readonly port: number
  /** Where a reader reaches it. */
  readonly address: string
  /** The variable that moved the port from the registered one. */
  readonly movedBy?: string
  /** The address is one of a private network, which no browser outside of it opens. */
  readonly isInside?: true
}

/** Every service, in the registry's order. */
export type Directory = readonly DirectoryEntry[]

/** The names of all services, in the registry's order. */
export const serviceNames = Object.keys(services) as ServiceName[]

/**
 * Where every service is by the environment.
 *
 * @throws {PortConfigError} when a port, host or origin is invalid
 * @throws {SettingError} when a link is
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

/** An entry of a directory, which has one for every service. */
export function entryOf(directory: Directory, service: ServiceName): DirectoryEntry {
  return directory.find((entry) => entry.service === service)!
}

function moverOf(service: ServiceName, env: Env): string {
  const { variable } = services[service]
  const isOwn = getPort(service, { [variable]: env[variable] }) !== PORTS[service]
  return isOwn ? variable : 'DRIFTOS_PORT_OFFSET'
}

/** Whether an address names its host by one word, as containers and a cluster name each other. */
function isInside(address: string): boolean {
  const { hostname } = new URL(address)
  return hostname !== 'localhost' && /^[^.:[\]]+$/.test(hostname)
}
