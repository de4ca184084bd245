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
  const { services, ranges, history, retired = {} } = registry
  const all = Object.entries(services)
  const mapped = all.filter(([, { containerPort }]) => containerPort !== undefined)
  const outside = all.filter(([, { group }]) => group === undefined)
  const blocks = [
    `<!-- ${generatedNotice} -->`,
    '# Ports',
    'Every registered port. To change one, edit the registry with `driftos-ports move`, `add` or `retire`.',
    '## Services',
    table(
      ['service', 'port', 'address', 'variable', 'container', 'purpose'],
      all.map(([name, service]) => [
        code(name),
        String(service.port),
        addressOf(service),
        code(service.variable),
        code(service.containerName),
        service.status === 'active' ? text(service.summary) : `${text(service.summary)} (${service.status})`,
      ]),
    ),
    ...all.slice(0, 1).map(([, service]) => howToMove(service)),
    ...section('Ranges', ranges, [
      table(
        ['range', 'ports', 'reserved for future services', 'purpose'],
        Object.entries(ranges).map(([name, range]) => [
          code(name),
          `${range.first}-${range.last}`,
          formatFreeReserved(range, registry) ?? '–',
          text(range.summary),
        ]),
      ),
      outside.length > 0
        ? `Outside the ranges: ${outside.map(([name, { port }]) => `${name} (${port})`).join(', ')}.`
        : 'No service is outside the ranges.',
    ]),
    ...section(
      'History',
      [...history, ...Object.values(retired)],
      [
        table(
          ['service', 'from', 'to', 'why'],
          history.map(({ service, from, to, reason }) => [code(service), String(from), String(to), text(reason)]),
        ),
        ...section(undefined, retired, [
          'Retired services:',
          table(
            ['service', 'last port', 'why'],
            Object.entries(retired).map(([name, { port, reason }]) => [code(name), String(port), text(reason)]),
          ),
        ]),
        `Retired ports, not to be reused: ${listRetiredPorts(registry).join(', ') || 'none'}.`,
      ],
    ),
    ...section('Containers', mapped, [
      'On the host, a published port is bound to 127.0.0.1. These services have another port inside their container:',
      table(
        ['container', 'host:container'],
        mapped.map(([, service]) => [code(service.containerName), `${service.port}:${service.containerPort}`]),
      ),
    ]),
    '## Health and metrics',
    'Health checks need no authentication, so that a check can tell the right service from another process on its port.',
    table(
      ['service', 'health', 'metrics'],
      all.map(([name, { scheme, healthPath, metricsPath }]) => [
        code(name),
        healthPath ? code(healthPath) : `answers by ${scheme}`,
        code(metricsPath),
      ]),
    ),
  ]
  return `${blocks.map((block) => block.trimEnd()).join('\n\n')}\n`
}

function section(title: string | undefined, subject: object, blocks: readonly string[]): string[] {
  if (Object.keys(subject).length === 0) return []
  return title === undefined ? [...blocks] : [`## ${title}`, ...blocks]
}

function addressOf({ scheme, port }: ServiceDefinition): string {
  return scheme.startsWith('http') ? `<${scheme}://localhost:${port}>` : code(`${scheme}://localhost:${port}`)
}

function howToMove(service: ServiceDefinition): string {
  const [host, url] = [getSiblingVariable(service, 'HOST'), getSiblingVariable(service, 'URL')]
  return `A variable moves its service; \`DRIFTOS_PORT_OFFSET\` moves all of them. \`${host}\` and \`${url}\` set where a
service on another machine is; every service has both. \`PORT\` sets the port on which a process itself listens; its
own variable takes precedence.`
}

function listRetiredPorts({ services, history, retired = {} }: RegistryDefinition): number[] {
  const held = new Set(Object.values(services).map(({ port }) => port))
  const left = [...history.map(({ from }) => from), ...Object.values(retired).map(({ port }) => port)]
  return [...new Set(left)].filter((port) => !held.has(port))
}
