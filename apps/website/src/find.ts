import {
  history,
  PORTS,
  ranges,
  services,
  type RangeName,
  type ServiceDefinition,
  type ServiceName,
} from '@driftos/ports'
import { closest } from 'fastest-levenshtein'
import { serviceNames, type Directory } from './directory.js'

/** The greatest number of a port. */
export const lastPort = 65_535

/** A number alone, or behind a host, as in an origin, or behind a variable. */
const spelledPort = /^(?:(?:[a-z]+:\/\/)?[\w.-]*:|\w+\s*=\s*)?(\d{1,9})(?:\/.*)?$/i

/** The number that a text means as a port, whether or not there is such a port. */
export function readPort(text: string): number | undefined {
  const match = spelledPort.exec(text.trim())
  return match ? Number(match[1]) : undefined
}

/** Everything by which a service is called: its name, its aliases, its container's name and its variable. */
function callsOf(service: ServiceName): string[] {
  const { aliases = [], containerName, variable }: ServiceDefinition = services[service]
  return [service, ...aliases, containerName, variable].map((call) => call.toLowerCase())
}

/** The service that a text calls in full. */
export function findNamed(text: string): ServiceName | undefined {
  const wanted = text.trim().toLowerCase()
  return serviceNames.find((service) => callsOf(service).includes(wanted))
}

/**
 * The services that a text may mean: for digits, those whose port here or in the registry begins with them; else those
 * that are called so, belong to such a group or are for it. Blanks mean all.
 */
export function findServices(text: string, directory: Directory): ServiceName[] {
  const wanted = text.trim().toLowerCase()
  const port = readPort(wanted)
  if (port !== undefined) {
    const isMeant = (held: number) => String(held).startsWith(String(port))
    return directory.flatMap((entry) => (isMeant(entry.port) || isMeant(PORTS[entry.service]) ? [entry.service] : []))
  }
  return serviceNames.filter((service) => {
    const { group, summary }: ServiceDefinition<RangeName> = services[service]
    const words = [...callsOf(service), summary, group ? ranges[group].summary : '']
    return words.some((known) => known.toLowerCase().includes(wanted))
  })
}

/** The service that is called most like a text. */
export function findNearest(text: string): ServiceName {
  return findNamed(closest(text.trim().toLowerCase(), serviceNames.flatMap(callsOf)))!
}

/** The service whose registered port is nearest to a number. */
export function findNearestTo(port: number): ServiceName {
  return serviceNames.toSorted((one, other) => Math.abs(PORTS[one] - port) - Math.abs(PORTS[other] - port))[0]!
}

/** The moves that left a port. */
export function findMovesFrom(port: number) {
  return history.filter(({ from }) => from === port)
}
