import {
  getOrigin,
  history,
  ranges,
  resolvePorts,
  services,
  type RangeName,
  type ServiceDefinition,
  type ServiceName,
} from '@driftos/ports'
import { getColors } from '../colors.js'
import { UsageError, type Command, type Io } from '../command.js'
import { formatFreeReserved } from '../reserved.js'
import { mapServices, resolvePort, type Resolution } from '../resolution.js'

interface Entry extends Resolution {
  readonly service: ServiceName
  readonly variable: string
  readonly origin: string
  readonly group: RangeName | null
  readonly status: ServiceDefinition['status']
  readonly containerPort: number | null
  readonly summary: string
}

type Colors = ReturnType<typeof getColors>

const groupNames = Object.keys(ranges) as RangeName[]

export const command: Command = {
  help: `The port table, grouped by range, with the resolved port where an override moves it.

Usage: driftos-ports list [--group NAME] [--json]

  --group NAME  only the services of one range: ${groupNames.join(', ')}
  --json        { services: [...], ranges, history }
`,
  options: { group: { type: 'string' }, json: { type: 'boolean' } },
  run({ values, positionals }, io) {
    if (positionals.length > 0) throw new UsageError(`list takes no ${JSON.stringify(positionals[0])}`)
    const group = values['group']
    if (group !== undefined && !groupNames.includes(group as RangeName)) {
      throw new UsageError(`There is no range ${JSON.stringify(group)}; there are ${groupNames.join(', ')}`)
    }
    const names = Object.keys(services) as ServiceName[]
    const all = mapServices(names, (service) => describe(service, io.env))
    // Two services on one port are no table to rely on.
    resolvePorts(io.env)
    const entries = all.filter((entry) => !group || entry.group === group)
    io.write(
      values['json']
        ? `${JSON.stringify({ services: entries, ranges, history }, null, 2)}\n`
        : `${format(entries, group as RangeName | undefined, io)}\n`,
    )
    return 0
  },
}

function describe(service: ServiceName, env: Parameters<typeof resolvePort>[1]): Entry {
  const { variable, group, status, containerPort, summary }: ServiceDefinition = services[service]
  const origin = getOrigin(service, env)
  return {
    service,
    ...resolvePort(service, env),
    variable,
    origin,
    group: group ?? null,
    status,
    containerPort: containerPort ?? null,
    summary,
  }
}

function format(entries: readonly Entry[], group: RangeName | undefined, io: Io): string {
  const colors = getColors(io)
  const groups = [...(group ? [group] : groupNames), ...(group ? [] : [null])]
  const blocks = groups.map((name) => {
    const members = entries.filter((entry) => entry.group === name)
    const title = name ? `${ranges[name].summary}, ${ranges[name].first}-${ranges[name].last}` : 'Outside the ranges'
    return [
      colors.bold(title),
      ...members.flatMap((entry) => formatEntry(entry, colors)),
      ...(name ? formatReserved(name, colors) : []),
    ].join('\n')
  })
  return blocks.join('\n\n')
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

function formatReserved(name: RangeName, colors: Colors): string[] {
  const free = formatFreeReserved(ranges[name], services)
  return free ? [colors.dim(`  ${free} reserved`)] : []
}
