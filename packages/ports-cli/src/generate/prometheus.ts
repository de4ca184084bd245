import type { ServiceDefinition } from '@driftos/ports'
import type { RegistryDefinition } from '@driftos/ports/define'
import { stringify } from 'yaml'
import type { Artifact } from './artifact.js'
import { getContainerPort } from './container.js'
import { yamlDocument } from './yaml-document.js'

/** How often every service is scraped; Grafana's `$__rate_interval` follows from it. */
export const scrapeInterval = '15s'

/** The name by which a container reaches the machine that it runs on. */
export const hostFromContainer = 'host.docker.internal'

/** Scrapes the services that run on the host, at their registered ports. */
export const prometheus: Artifact = {
  file: 'deploy/docker/prometheus/prometheus.yml',
  render: (registry) =>
    yamlDocument(
      prometheusConfig(registry, ({ port }) => `${hostFromContainer}:${port}`),
      [
        'Services on the host, at their registered ports. Prometheus reads no variables: where a port is overridden,',
        'docker-compose.yml puts the same configuration together with the overrides in place, and without containers',
        '`driftos-ports env --format prometheus` does.',
      ],
    ),
}

/** Scrapes the services that run in containers beside Prometheus. */
export const prometheusOfApps: Artifact = {
  file: 'deploy/docker/prometheus/prometheus.apps.yml',
  render: (registry) =>
    yamlDocument(
      prometheusConfig(registry, (service) => `${service.containerName}:${getContainerPort(service)}`),
      ['Services in containers of the same network: the profile `apps` of docker-compose.yml.'],
    ),
}

/** Where a service is, from where Prometheus runs: host and port, or all of the URL below which it answers. */
type FindTarget = (service: ServiceDefinition, name: string) => string | URL

/** A Prometheus configuration that scrapes every service with metrics. */
export function renderPrometheusConfig(registry: RegistryDefinition, findTarget: FindTarget): string {
  return stringify(prometheusConfig(registry, findTarget), { lineWidth: 0 })
}

function prometheusConfig({ services }: RegistryDefinition, findTarget: FindTarget): object {
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
