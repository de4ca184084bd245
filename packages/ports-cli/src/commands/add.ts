import type { RangeDefinition, ServiceDefinition } from '@driftos/ports'
import type { RegistryDefinition } from '@driftos/ports/define'
import { UsageError, type Command } from '../command.js'
import { editOptions, oneLine, readPort, readReason, runEdit } from '../registry/edit.js'
import { freePorts } from '../project/reserved.js'

export const command: Command = {
  help: `Registers a service: a line in the registry, what is generated from it, and the changeset.

Usage: driftos-ports add <service> --summary TEXT (--group NAME | --port N) [options]

  --summary TEXT         what it is for, in a few words
  --group NAME           the range that it belongs to, which gives it its first free number
  --port N               another number; one outside the ranges needs no group
  --variable NAME        BILLING_PORT for billing, unless given
  --container NAME       the container's name; driftos-billing for billing, unless given
  --container-port N     the port inside the container, where it is another one
  --scheme SCHEME        http unless given; https or postgresql
  --health-path PATH     /health for http, unless given
  --health-text TEXT     what the right service's health answer contains, where it is not its name
  --metrics-path PATH    where Prometheus scrapes it
  --reuse --reason TEXT  takes a retired port, with the reason as its note
  --dry-run              writes nothing, and shows what would change
  --json                 { service, port, files }
`,
  options: {
    ...editOptions,
    summary: { type: 'string' },
    group: { type: 'string' },
    port: { type: 'string' },
    variable: { type: 'string' },
    container: { type: 'string' },
    'container-port': { type: 'string' },
    scheme: { type: 'string' },
    'health-path': { type: 'string' },
    'health-text': { type: 'string' },
    'metrics-path': { type: 'string' },
  },
  run({ values, positionals }, io) {
    const [name] = positionals
    if (name === undefined || positionals.length > 1) throw new UsageError('add takes one service')
    if (!/^[a-z][a-zA-Z\d]*$/.test(name))
      throw new UsageError(
        `${JSON.stringify(name)} names no service: a service is named in camelCase, such as billingApi`,
      )
    return runEdit(
      (registry) => {
        if (Object.hasOwn(registry.services, name)) {
          throw new UsageError(`${name} is a service already, on ${registry.services[name]!.port}`)
        }
        const service = readService(name, values as Values, registry)
        for (const [other, { containerName, aliases = [] }] of Object.entries(registry.services)) {
          if (containerName === service.containerName)
            throw new UsageError(
              `${other}'s container is called ${containerName} already: choose another by --container`,
            )
          if (aliases.includes(name))
            throw new UsageError(`${name} is another name for ${other}: choose one that is not`)
        }
        const { port, variable, summary, group } = service
        return {
          refusal: `${name} cannot be registered on ${port}`,
          remedy: 'To take a retired port all the same, add --reuse and --reason: it is the note.',
          group,
          lacks: values['reuse'] ? readReason(values).lacks : undefined,
          slug: `add-${name}`,
          text: `\`${name}\` is registered on ${port} (${variable}): ${summary}.`,
          facts: { service: name, port },
          apply: (source) => source.add(name, service),
        }
      },
      values,
      io,
    )
  },
}

type Values = Readonly<Record<string, string | undefined>>

function readService(name: string, values: Values, registry: RegistryDefinition): ServiceDefinition {
  const words = name.replaceAll(/(?<=[a-z\d])(?=[A-Z])/g, '-').toLowerCase()
  const scheme = (values['scheme'] ?? 'http') as ServiceDefinition['scheme']
  const healthPath = values['health-path'] ?? (scheme === 'postgresql' ? undefined : '/health')
  const fields = {
    port: values['port'] === undefined ? findFree(values['group'], registry) : readPort(values['port']),
    containerPort: values['container-port'] === undefined ? undefined : readPort(values['container-port']),
    containerName: values['container'] ?? `driftos-${words}`,
    variable: values['variable'] ?? `${words.replaceAll('-', '_').toUpperCase()}_PORT`,
    scheme,
    healthPath,
    healthText: values['health-text'],
    metricsPath: values['metrics-path'],
    group: values['group'],
    status: 'active',
    summary: readSummary(values['summary']),
    reuses: values['reuse'] ? readReason(values).reason : undefined,
  }
  return Object.fromEntries(
    Object.entries(fields).filter(([, value]) => value !== undefined),
  ) as unknown as ServiceDefinition
}

/** Begins with a capital and ends without a full stop, as a cell of a table does. */
function readSummary(value: string | undefined): string {
  const text = oneLine(value).replace(/\.$/, '')
  if (text.length >= 6 && text.length <= 62) return text.charAt(0).toUpperCase() + text.slice(1)
  throw new UsageError(`Say what the service is for, in 6 to 62 characters: --summary "what"`)
}

/** The first number that a range keeps for services to come, or has, and that nobody holds or left. */
function findFree(group: string | undefined, registry: RegistryDefinition): number {
  const { ranges } = registry
  if (group === undefined) throw new UsageError('add takes a range or a number: --group NAME or --port N')
  const range: RangeDefinition | undefined = Object.hasOwn(ranges, group) ? ranges[group] : undefined
  if (!range)
    throw new UsageError(`There is no range ${JSON.stringify(group)}; there are ${Object.keys(ranges).join(', ')}`)
  const { first, last } = range.reserved ?? range
  const [port] = freePorts({ first, last }, registry)
  if (port !== undefined) return port
  throw new UsageError(`${group} has no free number from ${first} to ${last}: choose one by --port`)
}
