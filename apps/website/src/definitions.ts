import { services, type RangeName, type ServiceDefinition, type ServiceName } from '@driftos/ports'

/** The names of all services, in the registry's order. */
export const serviceNames = Object.keys(services) as ServiceName[]

/** Returns a service's entry of the registry with the type that all entries share. */
export function definitionOf(service: ServiceName): ServiceDefinition<RangeName> {
  return services[service]
}
