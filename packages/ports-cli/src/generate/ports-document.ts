import type { ServiceDefinition } from '@driftos/ports'
import type { RegistryDefinition } from '@driftos/ports/define'
import { generatedNotice, type Artifact } from './artifact.js'
import { formatFreeReserved } from '../project/reserved.js'
import { getSiblingVariable } from './container.js'
import { code, table } from './markdown.js'

/** The page that people read: services, ranges, history, variables. */
export const portsDocument: Artifact = {
  file: 'docs/PORTS.md',
  render: (registry) =>
    [
      `<!-- ${generatedNotice} -->`,
      '',
      '# Ports',
      '',
      'Every port that is registered. A change is made in the registry, and ends with `driftos-ports sync`.',
      '',
      '## Services',
      '',
      servicesTable(registry),
      ...movingServices(registry),
      '',
      ...section('Ranges', registry.ranges, () => [rangesTable(registry), outsideRanges(registry)]),
      ...section('History', [...registry.history, ...Object.values(registry.retired ?? {})], () => [
        historyTable(registry),
        ...retiredServices(registry),
        retiredPorts(registry),
      ]),
      ...section('Containers', mappedServices(registry), () => [
        'On the host, a published port is bound to 127.0.0.1. Inside its container a service may have another:\n',
        containersTable(registry),
      ]),
      '## Health and metrics',
      '',
      'Health checks need no authentication, so that a stranger on a port can be told from the right service.',
      '',
      healthTable(registry),
    ].join('\n'),
}

/** A part of the page, where it has a subject. */
function section(title: string, subject: object, render: () => string[]): string[] {
  return Object.keys(subject).length > 0 ? [`## ${title}`, '', render().join('\n').trimEnd(), ''] : []
}

function movingServices({ services }: RegistryDefinition): string[] {
  const [first] = Object.values(services)
  if (!first) return []
  const [host, url] = [getSiblingVariable(first, 'HOST'), getSiblingVariable(first, 'URL')]
  return [
    `A service is moved by its variable, all of them by \`DRIFTOS_PORT_OFFSET\`. \`${host}\` and \`${url}\`, and so for`,
    'every service, say where it is when it is not on this machine. `PORT` is the port on which a process itself',
    'listens, below its own variable; it moves nobody else.',
  ]
}

function servicesTable({ services }: RegistryDefinition): string {
  return table(
    ['service', 'port', 'address', 'variable', 'container', 'what it is for'],
    Object.entries(services).map(([name, { port, scheme, variable, containerName, status, summary }]) => [
      code(name),
      String(port),
      scheme === 'postgresql' ? code(`${scheme}://localhost:${port}`) : `<${scheme}://localhost:${port}>`,
      code(variable),
      code(containerName),
      status === 'active' ? summary : `${summary} (${status})`,
    ]),
  )
}

function rangesTable(registry: RegistryDefinition): string {
  return table(
    ['range', 'ports', 'reserved for services to come', 'what it is for'],
    Object.entries(registry.ranges).map(([name, range]) => [
      code(name),
      `${range.first}-${range.last}`,
      formatFreeReserved(range, registry) ?? '–',
      range.summary,
    ]),
  )
}

function outsideRanges({ services }: RegistryDefinition): string {
  const outside = Object.entries(services).filter(([, { group }]) => group === undefined)
  if (outside.length === 0) return 'No service is outside the ranges.'
  return `Outside the ranges: ${outside.map(([name, { port }]) => `${name} (${port})`).join(', ')}.`
}

function historyTable({ history }: RegistryDefinition): string {
  return table(
    ['service', 'from', 'to', 'why'],
    history.map(({ service, from, to, reason }) => [code(service), String(from), String(to), reason]),
  )
}

function retiredServices({ retired = {} }: RegistryDefinition): string[] {
  const gone = Object.entries(retired)
  if (gone.length === 0) return []
  const rows = gone.map(([name, { port, reason }]) => [code(name), String(port), reason])
  return ['Services that are gone:', '', table(['service', 'last port', 'why'], rows)]
}

function retiredPorts({ services, history, retired = {} }: RegistryDefinition): string {
  const held = new Set(Object.values(services).map(({ port }) => port))
  const left = [...history.map(({ from }) => from), ...Object.values(retired).map(({ port }) => port)]
  const ports = [...new Set(left)].filter((port) => !held.has(port))
  return `Retired, held by nobody and not to be reused: ${ports.join(', ') || 'none'}.`
}

function mappedServices({ services }: RegistryDefinition): ServiceDefinition[] {
  return Object.values(services).filter(({ containerPort }) => containerPort !== undefined)
}

function containersTable(registry: RegistryDefinition): string {
  return table(
    ['container', 'host:container'],
    mappedServices(registry).map(({ containerName, port, containerPort }) => [
      code(containerName),
      `${port}:${containerPort}`,
    ]),
  )
}

function healthTable({ services }: RegistryDefinition): string {
  return table(
    ['service', 'health', 'metrics'],
    Object.entries(services).map(([name, { scheme, healthPath, metricsPath }]) => [
      code(name),
      healthPath ? code(healthPath) : `answers a ${scheme} handshake`,
      code(metricsPath),
    ]),
  )
}
