import { services, type RangeName, type ServiceDefinition, type ServiceName } from '@driftos/ports'

/** The names of all services, in the registry's order. */
export const serviceNames = Object.keys(services) as ServiceName[]

/** Returns a service's entry of the registry with the type that all entries share. */
export function definitionOf(service: ServiceName): ServiceDefinition<RangeName> {
  return services[service]
}

/**
 * Returns whether DriftOS works without a service: legacy ones, and programs of others, which do not name a service in
 * their health answer.
 */
export function isOptional(service: ServiceName): boolean {
  const { status, healthText } = definitionOf(service)
  return status === 'legacy' || healthText !== undefined
}
