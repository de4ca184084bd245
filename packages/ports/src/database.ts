import type { ServiceDefinition } from './registry.js'

/**
 * Returns the name of the service that `DATABASE_URL` configures: the first one whose scheme is `postgresql`.
 *
 * @internal
 */
export function findDatabase(
  services: Readonly<Record<string, Pick<ServiceDefinition, 'scheme'>>>,
): string | undefined {
  return Object.keys(services).find((name) => services[name]!.scheme === 'postgresql')
}
