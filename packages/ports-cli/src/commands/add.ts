import { isDeepStrictEqual } from 'node:util'
import { findRegistryProblems, type ServiceDefinition } from '@driftos/ports/define'
import { fold } from '../check/names.js'
import { UsageError, type Command, type Input } from '../command.js'
import { freePorts } from '../project/reserved.js'
import { editOptions, readPort, readReason, reuseOption, runEdit, type Edit } from '../registry/edit.js'
import { addService, own } from '../registry/fold.js'
import type { Tables } from '../project/source.js'

export const command: Command = {
  summary: 'register a service',
  usage: '<name>',
  options: {
    summary: { value: 'TEXT', help: 'the purpose of the service, in one line' },
    group: { value: 'NAME', help: 'the range of the service; it gets the first free port there' },
    port: { value: 'N', help: 'the port; its range becomes the group' },
    variable: { value: 'VARIABLE', help: 'the variable that overrides the port; default: from the name' },
    container: { value: 'NAME', help: 'the name of the container; default: from the name' },
    'container-port': { value: 'N', help: 'the port inside the container, if it differs' },
    scheme: { value: 'SCHEME', help: 'the protocol, such as http, grpc, redis or tcp; default: http' },
    'health-path': { value: 'PATH', help: 'default: /health for http and https' },
    'health-text': { value: 'TEXT', help: 'text in the health answer, if it is not the name' },
    'metrics-path': { value: 'PATH', help: 'the path that Prometheus scrapes' },
    alias: { value: 'NAME', multiple: true, help: 'another name of the service' },
    pinned: { value: 'REASON', help: 'why the port cannot move with an offset' },
    ...reuseOption,
    ...editOptions,
  },
  details: `Needs --summary and either --group or --port; --reuse needs --reason. Edits the registry, then writes the changeset and
the generated files. \`--json\` prints { service, port, files }.`,
  run({ values, positionals }, io, project) {
    const name = positionals[0]!
    const plan = (now: Tables): Edit => {
      const present = own(now.services, name)
      const service = describe(name, values, now)
      if (present && !isDeepStrictEqual(present, service)) {
        throw new UsageError(`${name} is already a service, on port ${present.port}: choose another name.`)
      }
      assertOwnNames(name, service, now)
      return {
        attempt: `add ${name} on port ${service.port}`,
        services: [name],
        isAddition: !own(now.retired, name),
        isDone: present !== undefined,
        apply(released) {
          // A service that was retired since the release may come back on another port.
          const isMove = !present && (own(released.services, name)?.port ?? service.port) !== service.port
          return addService(now, released, name, service, isMove ? readReason(values) : '')
        },
        summary: `\`${name}\` is on port ${service.port}, as released.`,
        facts: { service: name, port: service.port },
      }
    }
    return runEdit(plan, values, io, project)
  },
}

function describe(name: string, values: Input['values'], now: Tables): ServiceDefinition {
  const present = own(now.services, name)
  const { [name]: _, ...services } = now.services
  const others: Tables = { ...now, services }
  const text = (option: string) => values[option] as string | undefined
  const number = (option: string) => (text(option) === undefined ? undefined : readPort(text(option)!))
  const port = number('port') ?? findPort(text('group'), others, present?.port)
  const [around] = Object.entries(now.ranges).find(([, { first, last }]) => port >= first && port <= last) ?? []
  const group = text('group') ?? around
  const scheme = text('scheme') ?? 'http'
  const summary = text('summary')
  if (summary === undefined)
    throw new UsageError('Missing summary: expected --summary TEXT, the purpose of the service.')
  const fields = {
    port,
    containerPort: number('container-port'),
    containerName: text('container') ?? `${findPrefix(services, group)}${kebabCase(name)}`,
    variable: '',
    scheme,
    healthPath: text('health-path') ?? (/^https?$/.test(scheme) ? '/health' : undefined),
    healthText: text('health-text'),
    metricsPath: text('metrics-path'),
    group,
    status: 'active',
    summary: summary.trim(),
    aliases: values['alias'],
    reuses: values['reuse'] === true ? readReason(values) : undefined,
    pinned: text('pinned'),
  }
  const given = Object.entries(fields).filter(([, value]) => value !== undefined)
  const service = Object.fromEntries(given) as unknown as ServiceDefinition
  return {
    ...service,
    variable: (text('variable') as `${string}_PORT` | undefined) ?? findVariable(name, service, others),
  }
}

/** Returns a variable from the name of a service. That of a name such as `database` already has another meaning. */
function findVariable(name: string, service: ServiceDefinition, others: Tables): ServiceDefinition['variable'] {
  const words = [name, service.containerName, `${name}Server`]
  const variables = words.map((word) => `${kebabCase(word).replaceAll('-', '_').toUpperCase()}_PORT` as const)
  const isFree = (variable: ServiceDefinition['variable']) => {
    const services = { ...others.services, [name]: { ...service, variable } }
    const problems = findRegistryProblems({ ...others, services })
    return !problems.some(({ path }) => path[1] === name && path[2] === 'variable')
  }
  return variables.find(isFree) ?? variables[0]!
}

/**
 * Refuses a name or an alias that already means another service: commands and `check` could not tell the two apart.
 *
 * @throws {UsageError} with the service that has it, and as what
 */
function assertOwnNames(name: string, { containerName, aliases = [] }: ServiceDefinition, now: Tables): void {
  const others = Object.entries(now.services).filter(([other]) => other !== name)
  const names = [
    ...others.map(([text]) => [text, 'the name of a service'] as const),
    ...Object.keys(now.retired).map((text) => [text, 'the name of a retired service'] as const),
  ]
  const foreignAliases = others.flatMap(([other, service]) =>
    (service.aliases ?? []).map((text) => [text, `an alias of ${other}`] as const),
  )
  const variables = others.map(
    ([other, { variable }]) =>
      [variable.replace(/_PORT$/, ''), `the service ${other} in its variable ${variable}`] as const,
  )
  // The services of one container have several ports.
  const containers = others
    .filter(([, service]) => service.containerName !== containerName)
    .map(([other, service]) => [service.containerName, `the container of ${other}`] as const)
  // The registry itself refuses a name that is used twice, and services may share an alias.
  const given = [[name, foreignAliases] as const, ...aliases.map((alias) => [alias, names] as const)]
  const problems = given.flatMap(([text, meanings]) => {
    const [, meaning] = [...meanings, ...variables, ...containers].find(([other]) => fold(other) === fold(text)) ?? []
    return meaning === undefined ? [] : [`- ${JSON.stringify(text)} is ${meaning}: choose another`]
  })
  if (problems.length > 0) throw new UsageError([`Cannot add ${name}:`, ...problems].join('\n'))
}

/** Returns what most containers of a range have before the name of their service, such as `acme-`. */
function findPrefix(services: Tables['services'], group: string | undefined): string {
  const prefixes = Object.entries(services).flatMap(([name, service]) => {
    const suffix = kebabCase(name)
    const isExample = service.group === group && service.containerName.endsWith(suffix)
    return isExample ? [service.containerName.slice(0, -suffix.length)] : []
  })
  const count = (prefix: string): number => prefixes.filter((other) => other === prefix).length
  return prefixes.toSorted((one, other) => count(other) - count(one))[0] ?? ''
}

/** Returns the first port of a range that is reserved for new services, or free; a present port stays. */
function findPort(group: string | undefined, others: Tables, present: number | undefined): number {
  if (group === undefined) throw new UsageError('Missing port: expected --group NAME or --port N.')
  const range = own(others.ranges, group)
  if (!range) {
    const names = Object.keys(others.ranges).join(', ') || 'none'
    throw new UsageError(`Unknown range ${JSON.stringify(group)}: expected one of ${names}.`)
  }
  const { first, last } = range.reserved ?? range
  if (present !== undefined && present >= first && present <= last) return present
  const [port] = freePorts({ first, last }, others)
  if (port !== undefined) return port
  throw new UsageError(`The range ${group} has no free port from ${first} to ${last}: choose one with --port.`)
}

function kebabCase(name: string): string {
  return name.replaceAll(/(?<=[a-z\d])(?=[A-Z])/g, '-').toLowerCase()
}
