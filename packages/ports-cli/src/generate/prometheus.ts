import type { ServiceDefinition } from '@driftos/ports'
import type { RegistryDefinition } from '@driftos/ports/define'
import { stringify } from 'yaml'
import type { Generator } from '../project/config.js'
import { getContainerPort } from './container.js'
import { yamlDocument } from './yaml-document.js'

/** How often Prometheus scrapes every service. Grafana's `$__rate_interval` depends on it. */
export const scrapeInterval = '15s'

/** The host of the machine for a container that runs on it. */
export const hostFromContainer = 'host.docker.internal'

interface PrometheusOptions {
  readonly file?: string
  /** Where the services run: on the host of Prometheus's container, or in containers of the same network. */
  readonly services?: 'on-host' | 'in-containers'
  /** Further lines of the file's comment. */
  readonly notes?: readonly string[]
}

/** Returns the generator of a Prometheus configuration that scrapes every service with a `metricsPath`. */
export function prometheus({
  file = 'prometheus.yml',
  services = 'on-host',
  notes = [],
}: PrometheusOptions = {}): Generator {
  const findTarget: FindTarget =
    services === 'on-host'
      ? ({ port }) => `${hostFromContainer}:${port}`
      : (service) => `${service.containerName}:${getContainerPort(service)}`
  return { file, render: (registry) => yamlDocument(createConfig(registry, findTarget), notes) }
}

/** Returns where Prometheus reaches a service: `host:port`, or a URL below which it answers. */
export type FindTarget = (service: ServiceDefinition, name: string) => string | URL

/** Returns a Prometheus configuration that scrapes every service with a `metricsPath`. */
export function renderPrometheusConfig(registry: RegistryDefinition, findTarget: FindTarget): string {
  return stringify(createConfig(registry, findTarget), { lineWidth: 0 })
}

function createConfig({ services }: RegistryDefinition, findTarget: FindTarget): object {
  return {
    global: { scrape_interval: scrapeInterval, scrape_timeout: '10s' },
    scrape_configs: Object.entries(services)
      .filter(([, { metricsPath }]) => metricsPath !== undefined)
      .map(([name, service]) => {
        const found = findTarget(service, name)
        const { scheme, target, path } =
          typeof found === 'string' ? { ...service, target: found, path: '' } : partsOf(found)
        return {
          job_name: service.containerName,
          metrics_path: path + service.metricsPath!,
          scheme,
          static_configs: [{ targets: [target], labels: { service: name } }],
        }
      }),
  }
}

function partsOf({ protocol, hostname, port, pathname }: URL) {
  return {
    scheme: protocol.slice(0, -1),
    target: `${hostname}:${port || (protocol === 'https:' ? 443 : 80)}`,
    path: pathname.replace(/\/$/, ''),
  }
}
