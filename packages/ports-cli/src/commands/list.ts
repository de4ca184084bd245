import type { Env, ServiceDefinition } from '@driftos/ports'
import type { PortRegistry } from '@driftos/ports/define'
import { getColors } from '../colors.js'
import { UsageError, type Command, type Io } from '../command.js'
import { formatFreeReserved } from '../project/reserved.js'
import { mapServices, resolvePort, type Resolution } from '../project/resolution.js'

interface Entry extends Resolution {
  readonly service: string
  readonly variable: string
  readonly origin: string
  readonly group: string | null
  readonly status: ServiceDefinition['status']
  readonly containerPort: number | null
  readonly summary: string
}

type Colors = ReturnType<typeof getColors>

export const command: Command = {
  summary: 'print the ports by range, with what an override changes',
  usage: '',
  options: {
    group: { type: 'string', value: 'NAME', help: 'only the services of this range' },
    json: { type: 'boolean', help: 'print { services, ranges, history }' },
  },
  details: ({ ranges }) => `Ranges: ${Object.keys(ranges).join(', ') || 'none'}.`,
  registry: 'required',
  run({ values }, io, { registry }) {
    const { services, ranges, history } = registry
    const group = values['group'] as string | undefined
    if (group !== undefined && !Object.hasOwn(ranges, group)) {
      throw new UsageError(`There is no range ${JSON.stringify(group)}; there are ${Object.keys(ranges).join(', ')}`)
    }
    const all = mapServices(Object.keys(services), (service) => describe(service, registry, io.env))
    // Two services on one port are no table to rely on.
    registry.resolvePorts(io.env)
    const entries = all.filter((entry) => !group || entry.group === group)
    io.write(
      values['json']
        ? `${JSON.stringify({ services: entries, ranges, history }, null, 2)}\n`
        : `${format(entries, registry, group, io)}\n`,
    )
    return 0
  },
}

function describe(service: string, registry: PortRegistry, env: Env): Entry {
  const { variable, group, status, containerPort, summary } = registry.services[service]!
  const origin = registry.getOrigin(service, env)
  return {
    service,
    ...resolvePort(service, registry, env),
    variable,
    origin,
    group: group ?? null,
    status,
    containerPort: containerPort ?? null,
    summary,
  }
}

function format(entries: readonly Entry[], registry: PortRegistry, group: string | undefined, io: Io): string {
  const colors = getColors(io)
  const blocks = Object.entries(registry.ranges)
    .filter(([name]) => group === undefined || name === group)
    .map(([name, range]) => {
      const free = formatFreeReserved(range, registry)
      const lines = entries.filter((entry) => entry.group === name).flatMap((entry) => formatEntry(entry, colors))
      return [colors.bold(`${range.summary}, ${range.first}-${range.last}`)].concat(
        lines,
        free ? colors.dim(`  ${free} reserved`) : [],
      )
    })
  const outside = entries.filter((entry) => entry.group === null).flatMap((entry) => formatEntry(entry, colors))
  if (outside.length > 0) blocks.push([colors.bold('Outside the ranges'), ...outside])
  return blocks.map((lines) => lines.join('\n')).join('\n\n')
}

function formatEntry(entry: Entry, colors: Colors): string[] {
  const { service, port, registeredPort, movedBy, ignored, variable, summary } = entry
  const line = `  ${String(port).padEnd(5)}  ${service.padEnd(15)}  ${variable.padEnd(18)}  ${summary}`
  const notes = [
    ...(movedBy ? [`         moved from ${registeredPort} by ${movedBy}`] : []),
    ...(ignored ? [`         ${ignored} is ignored: a platform wrote it for its links`] : []),
  ]
  const shown = line.length > 80 ? `${line.slice(0, 79)}…` : line
  return [movedBy ? colors.cyan(shown) : shown, ...notes.map((note) => colors.dim(note))]
}
