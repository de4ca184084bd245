import { services, type ServiceDefinition, type ServiceName } from '@driftos/ports'

const names = (Object.keys(services) as ServiceName[]).filter((name) => {
  const { healthPath, healthText }: ServiceDefinition = services[name]
  return healthPath === '/health' && healthText === undefined
})

/** Three services of the registry, in its order, for tests that hold for any: a caller, its upstream, and another one. */
export const [caller, upstream, other] = names as [ServiceName, ServiceName, ServiceName]

/** Returns the variable that overrides a service's port. */
export function variableOf(service: ServiceName): string {
  return services[service].variable
}

/** Overrides the upstream's port. */
export const upstreamVariable = variableOf(upstream)
