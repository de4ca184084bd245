import type { RangeDefinition, ServiceDefinition } from '@driftos/ports'
import type { RegistryDefinition } from '@driftos/ports/define'
import { UsageError, type Command } from '../command.js'
import { editOptions, oneLine, readPort, readReason, runEdit } from '../registry/edit.js'
import { freePorts } from '../project/reserved.js'

export const command: Command = {
  summary: 'register a service',
  usage: '<name>',
  positionals: { min: 1, max: 1 },
  options: {
    ...editOptions,
    summary: { type: 'string', value: 'TEXT', help: 'what the service is for, in 6 to 62 characters' },
    group: { type: 'string', value: 'NAME', help: 'the range of the service; it gets the first free number there' },
    port: { type: 'string', value: 'N', help: 'another number; outside the ranges it needs no group' },
    variable: { type: 'string', value: 'VARIABLE', help: 'default: BILLING_PORT for billing' },
    container: {
      type: 'string',
      value: 'NAME',
      help: 'the name of the container; default: driftos-billing for billing',
    },
    'container-port': { type: 'string', value: 'N', help: 'the port inside the container, if it differs' },
    scheme: { type: 'string', value: 'SCHEME', help: 'http, https or postgresql; default http' },
    'health-path': { type: 'string', value: 'PATH', help: 'default /health for http' },
    'health-text': { type: 'string', value: 'TEXT', help: 'text in the health answer, if it is not the name' },
    'metrics-path': { type: 'string', value: 'PATH', help: 'the path that Prometheus scrapes' },
  },
  details: 'Needs --summary and either --group or --port.',
  registry: 'required',
  run({ values, positionals }, io) {
    const name = positionals[0]!
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
