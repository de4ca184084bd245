import { history, ranges, retired, services, type ServiceDefinition } from '@driftos/ports'
import { defineRegistry, type RangeTable, type RegistryDefinition, type ServiceTable } from '@driftos/ports/define'

/** The registry of this repository. */
export const registry: RegistryDefinition = { services, ranges, history, retired }

/** The names of all services. */
export const names = Object.keys(registry.services)

/** Returns a registry with one service changed. */
export function change(from: RegistryDefinition, name: string, fields: Partial<ServiceDefinition>): RegistryDefinition {
  return { ...from, services: { ...from.services, [name]: { ...from.services[name]!, ...fields } } }
}

/** Returns the first ports that no text of the registry contains. */
export function findUnusedPorts(count: number): number[] {
  const text = JSON.stringify(registry)
  const all = Array.from({ length: 2000 }, (_, index) => 21_000 + index)
  return all.filter((port) => !text.includes(String(port))).slice(0, count)
}

/** Returns the registry after `move`, outside the ranges so that every service can go there. */
export function move(from: RegistryDefinition, name: string, port: number): RegistryDefinition {
  const { group: _, reuses: __, port: left, ...service } = from.services[name]!
  return check({
    ...from,
    services: { ...from.services, [name]: { ...service, port } },
    history: [...from.history, { service: name, from: left, to: port, reason: 'a test' }],
  })
}

/** Returns the registry after `retire`. */
export function retire(from: RegistryDefinition, name: string): RegistryDefinition {
  const { [name]: gone, ...rest } = from.services
  return check({ ...from, services: rest, retired: { ...from.retired, [name]: { port: gone!.port, reason: 'a test' } } })
}

/** Returns the registry after `add` of a service next to the apps. */
export function add(from: RegistryDefinition, name: string): RegistryDefinition {
  const group = Object.values(from.services).find(({ scheme }) => scheme === 'http')?.group
  const { first, last } = from.ranges[group!]!
  const taken = new Set([...Object.values(from.services).map(({ port }) => port), ...from.history.map((one) => one.from)])
  const port = Array.from({ length: last - first + 1 }, (_, index) => first + index).find((one) => !taken.has(one))!
  const service: ServiceDefinition = {
    port,
    containerName: `driftos-${name}`,
    // Not `<NAME>_PORT`: the registry refuses some of those, such as DATABASE_PORT.
    variable: `DRIFT_${name.toUpperCase()}_PORT`,
    scheme: 'http',
    healthPath: '/health',
    group: group!,
    status: 'active',
    summary: `The ${name}`,
  }
  return check({ ...from, services: { ...from.services, [name]: service } })
}

/** @throws {Error} when the registry is invalid: a test is about valid ones. */
function check(edited: RegistryDefinition): RegistryDefinition {
  defineRegistry<ServiceTable, RangeTable>({ retired: {}, ...edited })
  return edited
}
