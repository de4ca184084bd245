import { PortConfigError } from '@driftos/ports'
import { findCheckout, findFreeOffset, listSlots, readEnvFile } from '@driftos/ports/checkout'
import { describeHolder, nameHolder } from '@driftos/ports/probe'
import type { PortRegistry } from '@driftos/ports/define'
import { getColors } from '../colors.js'
import { print, type Command, type Input, type Io } from '../command.js'
import { checks, type Check, type Problem } from '../doctor/checks.js'
import { checkoutDirectory } from '../environment.js'
import {
  findEphemeralRanges,
  findExcludedRanges,
  findFamilies,
  findLocalhost,
  type Machine,
  type UsedPort,
} from '../doctor/machine.js'
import { findStatuses } from './status.js'

interface Result extends Pick<Check, 'name' | 'title'> {
  readonly problems: readonly Problem[]
  readonly isSkipped?: true
}

export const command: Command = {
  summary: 'find port problems on this machine, each with its fix',
  usage: '',
  options: {
    json: { type: 'boolean', help: 'print { checks: [{ name, title, problems: [{ message, fix }], isSkipped? }] }' },
  },
  details: 'Reads only: nothing is stopped, freed or written. Exit code 1 when something is wrong.',
  registry: 'required',
  async run({ values }, io, { registry, root }) {
    const machine = await findMachine(values, io, registry, root)
    const results = checks.map(({ name, title, find, needsPorts = false }): Result => {
      const isSkipped = needsPorts && machine.invalidVariables.length > 0
      return { name, title, problems: isSkipped ? [] : find(machine), ...(isSkipped && { isSkipped }) }
    })
    print(io, values, { checks: results }, results.map((result) => format(result, io)).join(''))
    return results.every(({ problems }) => problems.length === 0) ? 0 : 1
  },
}

async function findMachine(values: Input['values'], io: Io, registry: PortRegistry, root: string): Promise<Machine> {
  const env = io.envWithoutSlot ?? io.env
  const directory = checkoutDirectory(root, io.cwd)
  const checkout = findCheckout(directory)
  const file = values['no-env-file'] ? false : (values['env-file'] as string | undefined)
  // Read once more without the shell's variables, which would hide those of the file.
  const envFile = readEnvFile(directory, {}, { file, cwd: io.cwd })
  const { ports, invalidVariables } = resolveAll(registry, io)
  const origin = env['DRIFTOS_CHECKOUT']?.trim()
  const { platform } = process
  const [used, { slots, warnings }, ephemeral, excluded, localhost] = await Promise.all([
    findUsed([...ports.keys()], registry, io, checkout?.instance),
    listSlots({ env }),
    findEphemeralRanges(platform),
    findExcludedRanges(platform),
    findLocalhost(),
  ])
  return {
    platform,
    services: registry.services,
    env,
    envFile,
    invalidVariables,
    ports,
    used,
    checkout,
    otherRoot: origin && (findCheckout(origin)?.instance ?? origin) !== checkout?.instance ? origin : undefined,
    slots,
    slotWarnings: warnings,
    ephemeral,
    excluded,
    localhost,
    freeOffset: used.some(({ state }) => state === 'elsewhere')
      ? await findFreeOffset(registry.services, { env }).catch(() => undefined)
      : undefined,
  }
}

/** Resolves every port; a variable that is invalid is a problem of the machine. */
function resolveAll(registry: PortRegistry, { env }: Io): Pick<Machine, 'ports' | 'invalidVariables'> {
  try {
    const ports = new Map(Object.entries(registry.resolvePorts(env)))
    for (const service of ports.keys()) registry.getOrigin(service, env)
    return { ports, invalidVariables: [] }
  } catch (error) {
    if (!(error instanceof PortConfigError)) throw error
    return { ports: new Map(), invalidVariables: error.issues.map(({ message }) => message) }
  }
}

async function findUsed(
  names: readonly string[],
  registry: PortRegistry,
  { env }: Io,
  instance: string | undefined,
): Promise<UsedPort[]> {
  const statuses = (await findStatuses(names, registry, env, instance)).filter(({ isHeldHere }) => isHeldHere)
  return Promise.all(
    statuses.map(async ({ probe: { service, port, state, reason }, holder }) => ({
      service,
      port,
      state,
      reason,
      // The reason of "elsewhere" has the directory already.
      holder: holder && (state === 'elsewhere' ? nameHolder(holder) : describeHolder(holder)),
      families: await findFamilies(port),
    })),
  )
}

function format({ name, title, problems, isSkipped }: Result, io: Io): string {
  const colors = getColors(io)
  const width = Math.max(...checks.map((check) => check.name.length))
  const start = (label: string) => `${label.padEnd(7)}  ${name.padEnd(width)}  `
  if (isSkipped) return colors.dim(`${start('skipped')}until the variables are valid`) + '\n'
  if (problems.length === 0) return colors.dim(`${start('ok')}${title}`) + '\n'
  const indent = ' '.repeat(start('').length)
  return problems
    .map(({ message, fix }) => `${colors.red(start('problem'))}${message}\n${indent}${colors.dim(fix)}\n`)
    .join('')
}
