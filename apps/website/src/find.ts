import { history, PORTS, ranges, type ServiceName } from '@driftos/ports'
import { closest, distance } from 'fastest-levenshtein'
import { definitionOf, serviceNames } from './definitions.js'
import type { Directory } from './directory.js'
import type { ServiceState } from './live/state.js'

/** The highest valid port. */
export const lastPort = 65_535

/** A number alone, after a host, in an origin, or after a variable and an equals sign. */
const spelledPort = /^(?:(?:[a-z]+:\/\/)?[\w.-]*:|\w+\s*=\s*)?(\d{1,9})(?:\/.*)?$/i

/** Returns the port number in a text, in or out of the range of ports; undefined without one. */
export function readPort(text: string): number | undefined {
  const match = spelledPort.exec(text.trim())
  return match ? Number(match[1]) : undefined
}

/** Returns the names of a service in lower case: its own, its aliases, its container's and its variable. */
function namesOf(service: ServiceName): string[] {
  const { aliases = [], containerName, variable } = definitionOf(service)
  return [service, ...aliases, containerName, variable].map((name) => name.toLowerCase())
}

/** Returns the service that has this name, if there is one. */
export function findNamed(text: string): ServiceName | undefined {
  const wanted = text.trim().toLowerCase()
  return serviceNames.find((service) => namesOf(service).includes(wanted))
}

type States = Readonly<Record<ServiceName, Pick<ServiceState, 'state'>>>

/**
 * Returns the services that match a search: for digits, those whose port starts with them, on this machine first and then
 * in the registry; for a state, those that have it; otherwise those whose names, summary or range contain the text. A
 * blank search matches all.
 */
export function findServices(text: string, directory: Directory, states?: States): ServiceName[] {
  const wanted = text.trim().toLowerCase()
  const port = readPort(wanted)
  if (port !== undefined) {
    const isMatch = (candidate: number) => String(candidate).startsWith(String(port))
    const here = directory.filter((entry) => isMatch(entry.port)).map(({ service }) => service)
    return [...new Set([...here, ...serviceNames.filter((service) => isMatch(PORTS[service]))])]
  }
  const inState = states && serviceNames.filter((service) => states[service].state === wanted)
  if (inState && inState.length > 0) return inState
  return serviceNames.filter((service) => {
    const { group, summary } = definitionOf(service)
    const texts = [...namesOf(service), summary, group ? ranges[group].summary : '']
    return texts.some((known) => known.toLowerCase().includes(wanted))
  })
}

/** Returns the service whose name is most similar to a text; undefined when none is close. */
export function findNearest(text: string): ServiceName | undefined {
  const wanted = text.trim().toLowerCase()
  const name = closest(wanted, serviceNames.flatMap(namesOf))
  return distance(wanted, name) <= Math.max(1, Math.floor(name.length / 3)) ? findNamed(name) : undefined
}

/** Returns the service whose registered port is nearest to a number. */
export function findNearestTo(port: number): ServiceName {
  return serviceNames.toSorted((one, other) => Math.abs(PORTS[one] - port) - Math.abs(PORTS[other] - port))[0]!
}

/** Returns the moves away from a port. */
export function findMovesFrom(port: number) {
  return history.filter(({ from }) => from === port)
}
