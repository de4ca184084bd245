import { history, PORTS, ranges, type ServiceName } from '@driftos/ports'
import { closest } from 'fastest-levenshtein'
import { definitionOf, serviceNames } from './definitions.js'
import type { Directory } from './directory.js'

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

/**
 * Returns the services that match a search: for digits, those whose port on this machine or in the registry starts with
 * them; otherwise those whose names, summary or range contain the text. A blank search matches all.
 */
export function findServices(text: string, directory: Directory): ServiceName[] {
  const wanted = text.trim().toLowerCase()
  const port = readPort(wanted)
  if (port !== undefined) {
    const isMatch = (candidate: number) => String(candidate).startsWith(String(port))
    return directory.flatMap((entry) => (isMatch(entry.port) || isMatch(PORTS[entry.service]) ? [entry.service] : []))
  }
  return serviceNames.filter((service) => {
    const { group, summary } = definitionOf(service)
    const texts = [...namesOf(service), summary, group ? ranges[group].summary : '']
    return texts.some((known) => known.toLowerCase().includes(wanted))
  })
}

/** Returns the service whose name is most similar to a text. */
export function findNearest(text: string): ServiceName {
  return findNamed(closest(text.trim().toLowerCase(), serviceNames.flatMap(namesOf)))!
}

/** Returns the service whose registered port is nearest to a number. */
export function findNearestTo(port: number): ServiceName {
  return serviceNames.toSorted((one, other) => Math.abs(PORTS[one] - port) - Math.abs(PORTS[other] - port))[0]!
}

/** Returns the moves away from a port. */
export function findMovesFrom(port: number) {
  return history.filter(({ from }) => from === port)
}
