import { PortConfigError } from '@driftos/ports'
import type { Move, PortRegistry } from '@driftos/ports/define'
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

function showServices(text: string, registry: PortRegistry, io: Io) {
  const services = mapServices(findMeant(text, registry), (service) => describe(service, registry, io))
  return { json: { services }, text: services.map((entry) => format(entry, io)).join('\n\n') }
}

function showPort(digits: string, registry: PortRegistry, io: Io) {
  const port = Number(digits)
  if (port < 1 || port > 65_535) throw new UsageError(`Invalid port ${port}: expected a number from 1 to 65535.`)
  const json = { port, status: 'unregistered' as const, ...registry.findService(port) }
  const states = { retired: 'retired', reserved: 'reserved for a future service', unregistered: 'not registered' }
  const present =
    json.status === 'assigned'
      ? format(describe(json.service!, registry, io), io)
      : `Port ${port} is ${states[json.status]}.`
  const lines = [present, ...listPastOwners(port, registry), ...listOverrides(port, registry, io)]
  return { json, text: lines.join('\n') }
}

function showRetired(service: string, registry: PortRegistry) {
  const { port } = registry.retired[service]!
  const owner = registry.findService(port)
  const lines = [
    formatRetirement(service, registry),
    ...(owner?.status === 'assigned' ? [`Port ${port} now belongs to ${owner.service}.`] : []),
    ...movesOf(service, registry).map((move) => `It moved ${formatMove(move)}.`),
  ]
  return { json: { port, status: 'retired', service }, text: lines.join('\n') }
}

function formatRetirement(service: string, { retired }: PortRegistry): string {
  const { port, reason } = retired[service]!
  return `${service} was retired on port ${port}: ${reason.replace(/\.$/, '')}.`
}

function formatMove({ from, to, reason }: Move): string {
  return `from ${from} to ${to}: ${reason.replace(/\.$/, '')}`
}

function movesOf(service: string, { history }: PortRegistry): Move[] {
  return history.filter((move) => move.service === service)
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

function describe(service: string, registry: PortRegistry, io: Io) {
  const origin = registry.getOrigin(service, io.env)
  const resolution = resolvePort(service, registry, io)
  return { service, ...registry.services[service]!, ...resolution, origin, history: movesOf(service, registry) }
}

function format(entry: ReturnType<typeof describe>, io: Io): string {
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
    ...rest.history.map((move): [string, string] => ['moved', formatMove(move)]),
  ]
  const lines = rows.filter(([, value]) => value !== undefined).map(([name, value]) => `  ${name.padEnd(9)}  ${value}`)
  return [`${getColors(io).bold(service)}: ${summary}`, ...lines].join('\n')
}
