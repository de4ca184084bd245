import type { PortRegistry } from '@driftos/ports/define'
import { getColors, getColumns, type Colors } from '../colors.js'
import { print, type Command, type Io } from '../command.js'
import { formatFreeReserved } from '../project/reserved.js'
import { mapServices, resolvePort } from '../project/resolution.js'
import { unexpectedValue } from '../suggestion.js'

type Entry = ReturnType<typeof describe>

export const command: Command = {
  summary: 'print the ports by range, with what an override changes',
  options: {
    group: { value: 'RANGE', help: 'only the services of this range' },
    json: { help: 'print { services, ranges, history }' },
  },
  async run({ values }, io, { registry }) {
    const { services, ranges, history } = registry
    const group = values['group'] as string | undefined
    if (group !== undefined && !Object.hasOwn(ranges, group)) {
      throw unexpectedValue('--group', group, Object.keys(ranges))
    }
    const all = mapServices(Object.keys(services), (service) => describe(service, registry, io))
    // A table with two services on one port would be wrong.
    registry.resolvePorts(io.env)
    const entries = all.filter((entry) => !group || entry.group === group)
    print(io, values, { services: entries, ranges, history }, `${await format(entries, registry, group, io)}\n`)
    return 0
  },
}

function describe(service: string, registry: PortRegistry, io: Io) {
  const { variable, group = null, status, containerPort = null, summary } = registry.services[service]!
  const origin = registry.getOrigin(service, io.env)
  return { service, ...resolvePort(service, registry, io), variable, origin, group, status, containerPort, summary }
}

async function format(
  entries: readonly Entry[],
  registry: PortRegistry,
  group: string | undefined,
  io: Io,
): Promise<string> {
  const colors = getColors(io)
  const formatEntry = createFormat(entries, colors, await createCut(io))
  const ranges = Object.entries(registry.ranges).filter(([name]) => group === undefined || name === group)
  const blocks = ranges.map(([name, range]) => {
    const free = formatFreeReserved(range, registry)
    const heading = colors.bold(`${range.summary}, ${range.first}-${range.last}`)
    const lines = entries.filter((entry) => entry.group === name).flatMap(formatEntry)
    return [heading].concat(lines, free ? colors.dim(`  ${free} reserved`) : [])
  })
  const outside = entries.filter((entry) => entry.group === null).flatMap(formatEntry)
  if (outside.length > 0) blocks.push([colors.bold('Outside the ranges'), ...outside])
  return blocks.map((lines) => lines.join('\n')).join('\n\n')
}

function createFormat(entries: readonly Entry[], colors: Colors, cut: (line: string) => string) {
  const nameWidth = Math.max(...entries.map(({ service }) => service.length))
  const variableWidth = Math.max(...entries.map(({ variable }) => variable.length))
  return ({ service, port, registeredPort, movedBy, ignored, variable, summary }: Entry): string[] => {
    const line = cut(
      `  ${String(port).padEnd(5)}  ${service.padEnd(nameWidth)}  ${variable.padEnd(variableWidth)}  ${summary}`,
    )
    const notes = [
      ...(movedBy ? [`         moved from ${registeredPort} by ${movedBy}`] : []),
      ...(ignored ? [`         ${ignored} ignored: set by Kubernetes or Docker for a linked service`] : []),
    ]
    return [movedBy ? colors.cyan(line) : line, ...notes.map((note) => colors.dim(cut(note)))]
  }
}

/** Returns the function that cuts a line to the width of the terminal; other output is never cut. */
async function createCut(io: Io): Promise<(line: string) => string> {
  const columns = getColumns(io)
  if (columns === undefined) return (line) => line
  // Only a terminal pays for the widths of characters.
  const { default: truncate } = await import('cli-truncate')
  return (line) => truncate(line, columns)
}
