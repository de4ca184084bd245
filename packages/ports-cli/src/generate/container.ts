import type { ServiceDefinition } from '@driftos/ports'

/** Returns the port on which a service listens inside its container. */
export function getContainerPort({ port, containerPort }: ServiceDefinition): number {
  return containerPort ?? port
}

/** Returns the origin of a service for containers of the same network. */
export function getContainerOrigin(service: ServiceDefinition): string {
  return `${service.scheme}://${service.containerName}:${getContainerPort(service)}`
}

/** Returns the port on the host for a compose file: the service's variable, else the registered number. */
export function getPublishedPort({ variable, port }: ServiceDefinition): string {
  return `\${${variable}:-${port}}`
}

/** Returns a variable named like a service's port variable, such as `CORE_URL` for `CORE_PORT`. */
export function getSiblingVariable({ variable }: ServiceDefinition, suffix: string): string {
  return variable.replace(/PORT$/, suffix)
}
