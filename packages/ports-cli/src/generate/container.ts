import type { ServiceDefinition } from '@driftos/ports'
import type { RegistryDefinition } from '@driftos/ports/define'
import { UsageError } from '../command.js'

/**
 * A service that a generated file is about.
 *
 * @throws {UsageError} when the registry has none of that name
 */
export function getService({ services }: RegistryDefinition, name: string): ServiceDefinition {
  const service = services[name]
  if (!service) {
    throw new UsageError(
      `it is about ${name}, which is no service of the registry: leave this artifact out, or change what it renders`,
    )
  }
  return service
}

/** The port on which a service listens inside its container. */
export function getContainerPort({ port, containerPort }: ServiceDefinition): number {
  return containerPort ?? port
}

/** Where containers of one network reach a service. */
export function getContainerOrigin(service: ServiceDefinition): string {
  return `${service.scheme}://${service.containerName}:${getContainerPort(service)}`
}

/** The port on the host as Compose reads it: the service's variable, else the registered number. */
export function getPublishedPort({ variable, port }: ServiceDefinition): string {
  return `\${${variable}:-${port}}`
}

/** A variable beside a service's port variable: `CORE_URL` beside `CORE_PORT`. */
export function getSiblingVariable({ variable }: ServiceDefinition, suffix: string): string {
  return variable.replace(/PORT$/, suffix)
}
