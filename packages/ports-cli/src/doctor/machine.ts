import { execFile } from 'node:child_process'
import { lookup } from 'node:dns/promises'
import { readFile } from 'node:fs/promises'
import { promisify } from 'node:util'
import { PortConfigError, type Env } from '@driftos/ports'
import { findCheckout, findFreeOffset, listSlots, readEnvFile } from '@driftos/ports/checkout'
import type { PortRegistry } from '@driftos/ports/define'
import { describeHolder, isPortOpen, nameHolder } from '@driftos/ports/probe'
import type { Input, Io } from '../command.js'
import { checkoutDirectory } from '../environment.js'
import type { Project } from '../project/project.js'
import { findStatuses } from './statuses.js'

/** A range of ports, both ends included. */
export interface PortRange {
  readonly first: number
  readonly last: number
}

/** The state of the machine that the checks use. */
export type Machine = Awaited<ReturnType<typeof findMachine>>

/** Finds the state of the machine. Nothing is stopped, freed or written. */
export async function findMachine(values: Input['values'], io: Io, { registry, root }: Project) {
  const { platform } = process
  // Without the offset of a slot.
  const env = io.envWithoutSlot ?? io.env
  const directory = checkoutDirectory(root, io.cwd)
  const checkout = findCheckout(directory)
  const file = values['no-env-file'] ? false : (values['env-file'] as string | undefined)
  // Read once more without the shell's variables, which would hide those of the file.
  const envFile: { readonly file?: string; readonly applied: Env } = readEnvFile(directory, {}, { file, cwd: io.cwd })
  const { ports, invalidVariables } = resolveAll(registry, io)
  const origin = env['DRIFTOS_CHECKOUT']?.trim()
  const [used, { slots, warnings: slotWarnings }, ephemeral, excluded, localhost] = await Promise.all([
    findUsed([...ports.keys()], registry, io, checkout?.instance),
    listSlots({ env }),
    findEphemeralRanges(platform),
    findExcludedRanges(platform),
    lookup('localhost', { all: true, verbatim: true }).catch(() => []),
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
    /** The checkout that `DRIFTOS_CHECKOUT` names, where that is not this one. */
    otherRoot: origin && (findCheckout(origin)?.instance ?? origin) !== checkout?.instance ? origin : undefined,
    slots,
    slotWarnings,
    ephemeral,
    excluded,
    /** The addresses of `localhost`, in the order of the system. */
    localhost,
    freeOffset: used.some(({ state }) => state === 'elsewhere')
      ? await findFreeOffset(registry.services, { env }).catch(() => undefined)
      : undefined,
  }
}

/** Resolves every port; there is none while a variable is invalid. */
function resolveAll(registry: PortRegistry, { env }: Io): { ports: Map<string, number>; invalidVariables: string[] } {
  try {
    const ports = new Map(Object.entries(registry.resolvePorts(env)))
    for (const service of ports.keys()) registry.getOrigin(service, env)
    return { ports, invalidVariables: [] }
  } catch (error) {
    if (!(error instanceof PortConfigError)) throw error
    return { ports: new Map(), invalidVariables: error.issues.map(({ message }) => message) }
  }
}

/** Finds the services whose ports something of this machine uses. */
async function findUsed(names: readonly string[], registry: PortRegistry, { env }: Io, instance: string | undefined) {
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

/** Returns the ports that this system hands out to clients, without those that it is configured to spare. */
async function findEphemeralRanges(platform: NodeJS.Platform): Promise<PortRange[]> {
  // The range of the IANA, which macOS and Windows use.
  if (platform !== 'linux') return [{ first: 49_152, last: 65_535 }]
  return withoutReserved(await readSetting('ip_local_port_range'), await readSetting('ip_local_reserved_ports'))
}

function readSetting(name: string): Promise<string> {
  return readFile(`/proc/sys/net/ipv4/${name}`, 'utf8').catch(() => '')
}

/**
 * Returns Linux's range for clients without the ports that it spares.
 *
 * @param range - two numbers, as in `ip_local_port_range`
 * @param reserved - numbers and ranges with commas, as in `ip_local_reserved_ports`
 */
export function withoutReserved(range: string, reserved: string): PortRange[] {
  const [first, last] = range.trim().split(/\s+/).map(Number)
  if (!first || !last) return []
  return parseRanges(reserved, /(\d+)(?:-(\d+))?/g).reduce<PortRange[]>(
    (ranges, gap) =>
      ranges
        .flatMap((part) => [
          { first: part.first, last: Math.min(part.last, gap.first - 1) },
          { first: Math.max(part.first, gap.last + 1), last: part.last },
        ])
        .filter((part) => part.first <= part.last),
    [{ first, last }],
  )
}

/** Returns the ports that Windows excludes, such as for Hyper-V; none on other systems. */
async function findExcludedRanges(platform: NodeJS.Platform): Promise<PortRange[]> {
  if (platform !== 'win32') return []
  const show = ['interface', 'ipv4', 'show', 'excludedportrange', 'protocol=tcp']
  const { stdout } = await promisify(execFile)('netsh', show, { timeout: 5000 }).catch(() => ({ stdout: '' }))
  return parseExcludedRanges(stdout)
}

/** Parses the table of `netsh interface ipv4 show excludedportrange`, in any language: lines of two numbers. */
export function parseExcludedRanges(text: string): PortRange[] {
  return parseRanges(text, /^\s*(\d+)\s+(\d+)\s*\*?\s*$/gm)
}

function parseRanges(text: string, pattern: RegExp): PortRange[] {
  return Array.from(text.matchAll(pattern), ([, first, last = first]) => ({ first: Number(first), last: Number(last) }))
}

/** Returns which loopback addresses accept connections on a port. */
async function findFamilies(port: number): Promise<readonly (4 | 6)[]> {
  const areOpen = await Promise.all(['127.0.0.1', '::1'].map((host) => isPortOpen(port, { host, timeoutMs: 1000 })))
  return ([4, 6] as const).filter((_, index) => areOpen[index])
}
