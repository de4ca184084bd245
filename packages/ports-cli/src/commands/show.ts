import { PortConfigError } from '@driftos/ports'
import type { PortRecord, PortRegistry } from '@driftos/ports/define'
import { getColors } from '../colors.js'
import { UsageError, type Command, type Io } from '../command.js'
import { findMeant } from '../project/find.js'
import { mapServices, resolvePort } from '../project/resolution.js'

export const command: Command = {
  summary: 'show one service, or the current and past owners of a port',
  usage: '<service|port>',
  positionals: { min: 1, max: 1 },
  options: {
    json: {
      type: 'boolean',
      help: 'print { services } for a name, { port, status, service, movedTo } for a port or a retired service',
    },
  },
  registry: 'required',
  run({ values, positionals }, io, { registry }) {
    const subject = positionals[0]!
    const isJson = values['json'] === true
    if (/^\d+$/.test(subject)) return showPort(Number(subject), isJson, registry, io)
    const retired = Object.keys(registry.retired).find((name) => name.toLowerCase() === subject.toLowerCase())
    if (retired !== undefined) return showRetired(retired, isJson, registry, io)
    const found = mapServices(findMeant(subject, registry), (service) => describe(service, registry, io))
    io.write(
      isJson
        ? `${JSON.stringify({ services: found }, null, 2)}\n`
        : `${found.map((entry) => format(entry, registry, io)).join('\n\n')}\n`,
    )
    return 0
  },
}

function showPort(port: number, isJson: boolean, registry: PortRegistry, io: Io): number {
  if (port < 1 || port > 65_535) throw new UsageError(`Invalid port ${port}: expected a number from 1 to 65535.`)
  const record = registry.findService(port)
  if (isJson) {
    io.write(`${JSON.stringify(record ?? { port, status: 'unregistered' }, null, 2)}\n`)
    return 0
  }
  const present =
    record?.status === 'assigned'
      ? format(describe(record.service!, registry, io), registry, io)
      : `Port ${port} is ${describeStatus(record?.status)}.`
  io.write([present, ...listPastOwners(port, registry), ...listOverrides(port, registry, io), ''].join('\n'))
  return 0
}

function describeStatus(status: PortRecord['status'] | undefined): string {
  if (status === undefined) return 'not registered'
  return status === 'reserved' ? 'reserved for a future service' : status
}

function showRetired(service: string, isJson: boolean, registry: PortRegistry, io: Io): number {
  const { port } = registry.retired[service]!
  const owner = registry.findService(port)
  io.write(
    isJson
      ? `${JSON.stringify({ port, status: 'retired', service } satisfies PortRecord<string>, null, 2)}\n`
      : [
          formatRetirement(service, registry),
          ...(owner?.status === 'assigned' ? [`Port ${port} now belongs to ${owner.service}.`] : []),
          ...listMoves(service, registry).map(([, text]) => `It moved ${text}.`),
          '',
        ].join('\n'),
  )
  return 0
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

/** Lists the services that the environment puts on a port. */
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

function listMoves(service: string, { history }: PortRegistry): [label: string, text: string][] {
  return history
    .filter((move) => move.service === service)
    .map(({ from, to, reason }) => ['moved', `from ${from} to ${to}: ${reason.replace(/\.$/, '')}`])
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
    ...listMoves(service, registry),
  ]
  const lines = rows.filter(([, value]) => value !== undefined).map(([name, value]) => `  ${name.padEnd(9)}  ${value}`)
  return [`${getColors(io).bold(service)}: ${summary}`, ...lines].join('\n')
}
