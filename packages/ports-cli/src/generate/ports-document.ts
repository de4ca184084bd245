import type { ServiceDefinition } from '@driftos/ports'
import type { RegistryDefinition } from '@driftos/ports/define'
import type { Generator } from '../project/config.js'
import { formatFreeReserved } from '../project/reserved.js'
import { getSiblingVariable } from './container.js'
import { code, table, text } from './markdown.js'
import { generatedNotice } from './notice.js'

/**
 * Returns the generator of a page with all services, ranges, moves and variables.
 *
 * @param options.file - `docs/PORTS.md` unless given
 */
export function portsDocument({ file = 'docs/PORTS.md' } = {}): Generator {
  return { file, render: renderPage }
}

function renderPage(registry: RegistryDefinition): string {
  return [
    `<!-- ${generatedNotice} -->`,
    '',
    '# Ports',
    '',
    'Every registered port. To change one, edit the registry with `driftos-ports move`, `add` or `retire`.',
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
      'On the host, a published port is bound to 127.0.0.1. These services have another port inside their container:\n',
      containersTable(registry),
    ]),
    '## Health and metrics',
    '',
    'Health checks need no authentication, so that a check can tell the right service from another process on its port.',
    '',
    healthTable(registry),
  ].join('\n')
}

/** Returns a section of the page; nothing where it has no subject. */
function section(title: string, subject: object, render: () => string[]): string[] {
  return Object.keys(subject).length > 0 ? [`## ${title}`, '', render().join('\n').trimEnd(), ''] : []
}

function movingServices({ services }: RegistryDefinition): string[] {
  const [first] = Object.values(services)
  if (!first) return []
  const [host, url] = [getSiblingVariable(first, 'HOST'), getSiblingVariable(first, 'URL')]
  return [
    `A variable moves its service; \`DRIFTOS_PORT_OFFSET\` moves all of them. \`${host}\` and \`${url}\` set where a`,
    'service on another machine is; every service has both. `PORT` sets the port on which a process itself listens; its',
    'own variable takes precedence.',
  ]
}

function servicesTable({ services }: RegistryDefinition): string {
  return table(
    ['service', 'port', 'address', 'variable', 'container', 'purpose'],
    Object.entries(services).map(([name, { port, scheme, variable, containerName, status, summary }]) => [
      code(name),
      String(port),
      scheme.startsWith('http') ? `<${scheme}://localhost:${port}>` : code(`${scheme}://localhost:${port}`),
      code(variable),
      code(containerName),
      status === 'active' ? text(summary) : `${text(summary)} (${status})`,
    ]),
  )
}

function rangesTable(registry: RegistryDefinition): string {
  return table(
    ['range', 'ports', 'reserved for future services', 'purpose'],
    Object.entries(registry.ranges).map(([name, range]) => [
      code(name),
      `${range.first}-${range.last}`,
      formatFreeReserved(range, registry) ?? '–',
      text(range.summary),
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
    history.map(({ service, from, to, reason }) => [code(service), String(from), String(to), text(reason)]),
  )
}

function retiredServices({ retired = {} }: RegistryDefinition): string[] {
  const gone = Object.entries(retired)
  if (gone.length === 0) return []
  const rows = gone.map(([name, { port, reason }]) => [code(name), String(port), text(reason)])
  return ['Retired services:', '', table(['service', 'last port', 'why'], rows)]
}

function retiredPorts({ services, history, retired = {} }: RegistryDefinition): string {
  const held = new Set(Object.values(services).map(({ port }) => port))
  const left = [...history.map(({ from }) => from), ...Object.values(retired).map(({ port }) => port)]
  const ports = [...new Set(left)].filter((port) => !held.has(port))
  return `Retired ports, not to be reused: ${ports.join(', ') || 'none'}.`
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
      healthPath ? code(healthPath) : `answers by ${scheme}`,
      code(metricsPath),
    ]),
  )
}
