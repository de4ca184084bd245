import { PortConfigError } from '@driftos/ports'
import type { PortRecord, PortRegistry } from '@driftos/ports/define'
import { getColors } from '../colors.js'
import { print, UsageError, type Command, type Io } from '../command.js'
import { findMeant } from '../project/find.js'
import { mapServices, resolvePort } from '../project/resolution.js'

export const command: Command = {
  summary: 'show one service, or the current and past owners of a port',
  usage: '<service|port>',
  options: {
    json: { help: 'print { services } for a name, { port, status, service, movedTo } for a port or a retired service' },
  },
  run({ values, positionals }, io, { registry }) {
    const subject = positionals[0]!
    const retired = Object.keys(registry.retired).find((name) => name.toLowerCase() === subject.toLowerCase())
    const show = /^\d+$/.test(subject) ? showPort : retired === undefined ? showServices : showRetired
    const { json, text } = show(retired ?? subject, registry, io)
    print(io, values, json, `${text}\n`)
    return 0
  },
}

interface Shown {
  readonly json: object
  readonly text: string
}

function showServices(text: string, registry: PortRegistry, io: Io): Shown {
  const services = mapServices(findMeant(text, registry), (service) => describe(service, registry, io))
  return { json: { services }, text: services.map((entry) => format(entry, registry, io)).join('\n\n') }
}

function showPort(digits: string, registry: PortRegistry, io: Io): Shown {
  const port = Number(digits)
  if (port < 1 || port > 65_535) throw new UsageError(`Invalid port ${port}: expected a number from 1 to 65535.`)
  const record: { readonly status: string; readonly service?: string } = registry.findService(port) ?? {
    status: 'unregistered',
  }
  const { status, service } = record
  const statuses: Record<string, string> = { unregistered: 'not registered', reserved: 'reserved for a future service' }
  const present =
    status === 'assigned' && service !== undefined
      ? format(describe(service, registry, io), registry, io)
      : `Port ${port} is ${statuses[status] ?? status}.`
  const lines = [present, ...listPastOwners(port, registry), ...listOverrides(port, registry, io)]
  return { json: { port, ...record }, text: lines.join('\n') }
}

function showRetired(service: string, registry: PortRegistry): Shown {
  const { port } = registry.retired[service]!
  const owner = registry.findService(port)
  const lines = [
    formatRetirement(service, registry),
    ...(owner?.status === 'assigned' ? [`Port ${port} now belongs to ${owner.service}.`] : []),
    ...listMoves(service, registry).map((move) => `It moved ${move}.`),
  ]
  return { json: { port, status: 'retired', service } satisfies PortRecord<string>, text: lines.join('\n') }
}

function formatRetirement(service: string, { retired }: PortRegistry): string {
  const { port, reason } = retired[service]!
  return `${service} was retired on port ${port}: ${reason.replace(/\.$/, '')}.`
}

/** Lists the services that left a port or were retired on it, the latest first. */
function listPastOwners(port: number, registry: PortRegistry): string[] {
  const retired = Object.keys(registry.retired).filter((service) => registry.retired[service]!.port === port)
  const moves = registry.history.filter(({ from }) => from === port).toReversed()
  return [
    ...retired.map((service) => formatRetirement(service, registry)),
    ...moves.map(({ service, to, reason }) => {
      const end = Object.hasOwn(registry.retired, service) ? ` ${formatRetirement(service, registry)}` : ''
      return `${service} used port ${port} until it moved to ${to}: ${reason.replace(/\.$/, '')}.${end}`
    }),
  ]
}

function listOverrides(port: number, registry: PortRegistry, io: Io): string[] {
  return Object.keys(registry.services).flatMap((service) => {
    try {
      const { port: resolved, movedBy } = resolvePort(service, registry, io)
      return resolved === port && movedBy ? [`${movedBy} puts ${service} on port ${port}.`] : []
    } catch (error) {
      // Invalid variables of other services do not matter here.
      if (error instanceof PortConfigError) return []
      throw error
    }
  })
}

function listMoves(service: string, { history }: PortRegistry): string[] {
  const moves = history.filter((move) => move.service === service)
  return moves.map(({ from, to, reason }) => `from ${from} to ${to}: ${reason.replace(/\.$/, '')}`)
}

function describe(service: string, registry: PortRegistry, io: Io) {
  const origin = registry.getOrigin(service, io.env)
  return {
    service,
    ...registry.services[service]!,
    ...resolvePort(service, registry, io),
    origin,
    history: registry.history.filter((move) => move.service === service),
  }
}

function format(entry: ReturnType<typeof describe>, registry: PortRegistry, io: Io): string {
  const { service, summary, port, registeredPort, movedBy, ignored, ...rest } = entry
  const rows: [string, string | number | undefined][] = [
    ['port', movedBy ? `${port}, moved from ${registeredPort} by ${movedBy}` : port],
    ['variable', rest.variable],
    ['', ignored && `${ignored}: set by Kubernetes or Docker for a linked service; ignored`],
    ['origin', rest.origin],
    ['container', rest.containerPort ? `${rest.containerName}, port ${rest.containerPort} inside` : rest.containerName],
    ['health', rest.healthPath],
    ['metrics', rest.metricsPath],
    ['group', rest.group],
    ['status', rest.status],
    ...listMoves(service, registry).map((move): [string, string] => ['moved', move]),
  ]
  const lines = rows.filter(([, value]) => value !== undefined).map(([name, value]) => `  ${name.padEnd(9)}  ${value}`)
  return [`${getColors(io).bold(service)}: ${summary}`, ...lines].join('\n')
}
