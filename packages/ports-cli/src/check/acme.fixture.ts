import {
  defineRegistry,
  type PortRegistry,
  type RangeTable,
  type ServiceDefinition,
  type ServiceTable,
} from '@driftos/ports/define'
import { findProblems } from './check.js'
import { toTable } from './proposal.js'
import { propose } from './propose.js'
import { scanRoots } from './scan.js'
import type { Project } from '../project/project.js'
import { makeRepository } from '../repository.fixture.js'

const common = { scheme: 'http', healthPath: '/health', status: 'active', summary: 'A service' } as const

/** A registry for tests: a retired port (3900), a container with two ports, an alias that two services share. */
const acme: PortRegistry = defineRegistry({
  services: {
    api: { ...common, port: 3000, containerName: 'acme-api', variable: 'API_PORT' },
    core: { ...common, port: 3001, containerName: 'acme-core', variable: 'CORE_PORT' },
    web: { ...common, port: 5173, containerPort: 8080, containerName: 'acme-web', variable: 'WEB_PORT' },
    charts: {
      ...common,
      port: 3010,
      containerPort: 3300,
      containerName: 'charts',
      variable: 'CHARTS_PORT',
      aliases: ['grafana'],
    },
    otherCharts: {
      ...common,
      port: 3020,
      containerPort: 3300,
      containerName: 'other-charts',
      variable: 'OTHER_CHARTS_PORT',
      aliases: ['grafana'],
    },
    broker: { ...common, port: 5673, containerPort: 5672, containerName: 'broker', variable: 'BROKER_PORT' },
    brokerAdmin: {
      ...common,
      port: 15_673,
      containerPort: 15_672,
      containerName: 'broker',
      variable: 'BROKER_ADMIN_PORT',
    },
  },
  ranges: {},
  history: [{ service: 'core', from: 3900, to: 3001, reason: 'to be next to api' }],
})

/** A service as tests write it: a port, or a port and a container's. */
export type Row =
  | number
  | readonly [port: number, containerPort: number]
  | (Partial<ServiceDefinition> & { port: number })

/** Returns a registry with these services; a container is called like its service in kebab case. */
export function registryOf(rows: Readonly<Record<string, Row>>, history: PortRegistry['history'] = []): PortRegistry {
  const services = Object.entries(rows).map(([name, row]) => {
    const ports =
      typeof row === 'number' ? { port: row } : 'port' in row ? row : { port: row[0], containerPort: row[1] }
    const containerName = name.replaceAll(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`)
    const variable = `${containerName.replaceAll('-', '_').toUpperCase()}_PORT` as const
    return [name, { ...common, containerName, variable, ...ports }] as const
  })
  return defineRegistry<ServiceTable, RangeTable>({ services: Object.fromEntries(services), ranges: {}, history })
}

/** Two services in packages, and two in the container `broker`. */
export const shop: PortRegistry = registryOf({
  web: 7101,
  mail: 7102,
  queue: { port: 7103, containerPort: 7203, containerName: 'broker' },
  queueAdmin: { port: 7104, containerPort: 7204, containerName: 'broker' },
})

/** Returns the findings in a repository with these files: `.env:1 error wrong-port 3002`. */
export async function findingsOf(registry: PortRegistry, files: Readonly<Record<string, string>>): Promise<string[]> {
  const root = await makeRepository(files)
  const project: Project = { root: '/none', registry, ignore: [], loadGenerators: () => Promise.resolve([]) }
  const findings = await findProblems(await scanRoots([root], root, registry), project, root)
  return findings.map(
    ({ file, line, severity, rule, port, fix }) =>
      `${file}:${line} ${severity} ${rule} ${port}${fix === undefined ? '' : ` -> ${fix}`}`,
  )
}

/** Returns the findings of {@link findingsOf} with the registry of these tests. */
export function acmeFindings(files: Readonly<Record<string, string>>): Promise<string[]> {
  return findingsOf(acme, files)
}

/** Returns the services and ports that `init` proposes for a repository with these files. */
export async function proposedPorts(files: Readonly<Record<string, string>>): Promise<Record<string, number>> {
  const { services } = await propose(await makeRepository(files))
  return Object.fromEntries(services.map(({ name, port }) => [name, port]))
}

/** Returns the findings of {@link findingsOf} with the registry that `init` proposes. */
export async function firstFindingsOf(files: Readonly<Record<string, string>>): Promise<string[]> {
  const { services } = await propose(await makeRepository(files))
  return findingsOf(
    defineRegistry<ServiceTable, RangeTable>({ services: toTable(services), ranges: {}, history: [] }),
    files,
  )
}
