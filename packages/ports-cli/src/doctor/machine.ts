import { execFile } from 'node:child_process'
import { lookup } from 'node:dns/promises'
import { readFile } from 'node:fs/promises'
import { promisify } from 'node:util'
import type { Env } from '@driftos/ports'
import type { Checkout, SlotStatus } from '@driftos/ports/checkout'
import type { PortRegistry } from '@driftos/ports/define'
import { isPortOpen, type ServiceProbe } from '@driftos/ports/probe'

/** A range of ports, both ends included. */
export interface PortRange {
  readonly first: number
  readonly last: number
}

/** A service whose port something of this machine uses. */
export interface UsedPort extends Pick<ServiceProbe<string>, 'service' | 'port' | 'state'> {
  /** Why the state is not `up`. */
  readonly reason: string | undefined
  /** A text for the process or container and its directory; undefined where the system does not show it. */
  readonly holder: string | undefined
  readonly families: readonly (4 | 6)[]
}

/** The state of the machine that the checks use. */
export interface Machine {
  readonly platform: NodeJS.Platform
  readonly services: PortRegistry['services']
  /** The variables of the shell and of the `.env` file, without a slot's offset. */
  readonly env: Env
  /** The `.env` file, and the variables that it adds to those of the shell. */
  readonly envFile: { readonly file?: string; readonly applied: Env }
  readonly invalidVariables: readonly string[]
  /** The port of each service in this checkout; empty while a variable is invalid. */
  readonly ports: ReadonlyMap<string, number>
  readonly used: readonly UsedPort[]
  readonly checkout: Checkout | undefined
  /** The instance of the checkout that `DRIFTOS_CHECKOUT` names, where that is not this one. */
  readonly otherRoot: string | undefined
  readonly slots: readonly SlotStatus[]
  readonly slotWarnings: readonly string[]
  /** The ports that the system hands out to clients, without those that it is configured to spare. */
  readonly ephemeral: readonly PortRange[]
  readonly excluded: readonly PortRange[]
  /** An offset that is free, where another checkout uses a port of this one. */
  readonly freeOffset: number | undefined
  /** The addresses of `localhost`, in the order of the system. */
  readonly localhost: readonly { readonly address: string; readonly family: number }[]
}

/** Returns the ports that this system hands out to clients. */
export async function findEphemeralRanges(platform: NodeJS.Platform): Promise<PortRange[]> {
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
export async function findExcludedRanges(platform: NodeJS.Platform): Promise<PortRange[]> {
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

/** Returns the addresses of `localhost`. */
export async function findLocalhost(): Promise<Machine['localhost']> {
  return lookup('localhost', { all: true, verbatim: true }).catch(() => [])
}

/** Returns which loopback addresses accept connections on a port. */
export async function findFamilies(port: number): Promise<(4 | 6)[]> {
  const areOpen = await Promise.all(['127.0.0.1', '::1'].map((host) => isPortOpen(port, { host, timeoutMs: 1000 })))
  return ([4, 6] as const).filter((_, index) => areOpen[index])
}
