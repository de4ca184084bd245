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
    if (Object.hasOwn(registry.retired, subject)) return showGone(subject, isJson, registry, io)
    const found = mapServices(findMeant(subject, registry.services), (service) => describe(service, registry, io))
    io.write(
      isJson
        ? `${JSON.stringify({ services: found }, null, 2)}\n`
        : `${found.map((entry) => format(entry, io)).join('\n\n')}\n`,
    )
    return 0
  },
}

function showPort(port: number, isJson: boolean, registry: PortRegistry, io: Io): number {
  if (port < 1 || port > 65_535) throw new UsageError(`${port} is no port: ports are 1 to 65535`)
  const record = registry.findService(port)
  if (isJson) {
    io.write(`${JSON.stringify(record ?? { port, status: 'unregistered' }, null, 2)}\n`)
  } else if (record?.status === 'assigned') {
    io.write([format(describe(record.service!, registry, io), io), ...formatFormer(port, registry), ''].join('\n'))
  } else if (record?.status === 'retired') {
    const { service = '', movedTo } = record
    io.write(
      movedTo === undefined
        ? `${formatEpitaph(service, registry)}\n`
        : `${port} is retired: the ${service}'s until it moved to ${movedTo}.\n`,
    )
  } else {
    io.write(
      record
        ? `${port} is reserved for a service to come.\n`
        : `${port} is not registered: nobody holds it or held it.\n`,
    )
  }
  return 0
}

function showGone(service: string, isJson: boolean, registry: PortRegistry, io: Io): number {
  const { port } = registry.retired[service]!
  const { status, service: holder } = registry.findService(port)!
  const now = status === 'assigned' ? ` ${port} is ${holder}'s now.` : ''
  io.write(
    isJson
      ? `${JSON.stringify({ port, status: 'retired', service } satisfies PortRecord<string>, null, 2)}\n`
      : `${formatEpitaph(service, registry)}${now}\n`,
  )
  return 0
}

function formatEpitaph(service: string, { retired }: PortRegistry): string {
  const { port, reason } = retired[service]!
  return `${port} was ${service}'s until it was retired: ${reason.replace(/\.?$/, '.')}`
}

function describe(service: string, registry: PortRegistry, { env }: Io) {
  const moves = registry.history.filter((move) => move.service === service)
  const origin = registry.getOrigin(service, env)
  return {
    service,
    ...registry.services[service]!,
    ...resolvePort(service, registry, env),
    origin,
    history: moves,
  }
}

/** The services that left a port which another holds now, or were retired on it. */
function formatFormer(port: number, registry: PortRegistry): string[] {
  const moves = registry.history.filter(({ from }) => from === port)
  const gone = Object.entries(registry.retired).filter(([, service]) => service.port === port)
  return [
    ...moves.map(({ service, to }) => `${port} was ${service}'s until it moved to ${to}.`),
    ...gone.map(([service]) => formatEpitaph(service, registry)),
  ]
}

function format(entry: ReturnType<typeof describe>, io: Io): string {
  const { service, summary, port, registeredPort, movedBy, ignored, ...rest } = entry
  const rows: [string, string | number | undefined][] = [
    ['port', movedBy ? `${port}, moved from ${registeredPort} by ${movedBy}` : port],
    ['variable', ignored ? `${rest.variable}, ignored: a platform wrote it for its links` : rest.variable],
    ['origin', rest.origin],
    ['container', rest.containerPort ? `${rest.containerName}, port ${rest.containerPort} inside` : rest.containerName],
    ['health', rest.healthPath],
    ['metrics', rest.metricsPath],
    ['group', rest.group],
    ['status', rest.status],
    ...rest.history.map(({ from, to, reason }): [string, string] => ['moved', `from ${from} to ${to}: ${reason}`]),
  ]
  const lines = rows.filter(([, value]) => value !== undefined).map(([name, value]) => `  ${name.padEnd(9)}  ${value}`)
  return [`${getColors(io).bold(service)}: ${summary}`, ...lines].join('\n')
}
