import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { homedir } from 'node:os'
import { isAbsolute, join, relative } from 'node:path'
import type { Env } from '@driftos/ports'
import type { Checkout } from '@driftos/ports/checkout'
import { UsageError, type Option } from './command.js'

/** The options that select the file of variables. */
export const envFileOptions = {
  'env-file': { type: 'string', value: 'PATH', help: 'read variables from this file; default .env at the root' },
  'no-env-file': { type: 'boolean', help: 'read no .env file' },
} as const satisfies Record<string, Option>

interface Start {
  readonly env: Env
  readonly cwd: string
}

/**
 * Returns the variables that a command resolves ports with: those of the environment, else of `.env` at the root, else the
 * offset of the checkout's slot, when it has one. Node.js 20 and 22 also read `--env-file` themselves, anywhere on
 * the command line, with the same result; they exit with code 9 when the file is missing.
 *
 * @param projectRoot - the absolute path of the repository of the registry; undefined without one
 * @throws {UsageError} for options that contradict each other
 * @throws {SlotError} when a file cannot be read
 */
export async function readEnvironment(
  values: Readonly<Record<string, unknown>>,
  { env, cwd }: Start,
  projectRoot: string | undefined,
): Promise<{ readonly env: Env; readonly envWithoutSlot: Env }> {
  const root = projectRoot === undefined ? undefined : checkoutDirectory(projectRoot, cwd)
  const named = values['env-file'] as string | undefined
  const isOff = values['no-env-file'] === true
  if (isOff && named !== undefined) {
    throw new UsageError('--env-file and --no-env-file contradict each other. Keep one of them.')
  }
  if (root === undefined && named === undefined) return { env, envWithoutSlot: env }
  // Most directories need no function of checkouts, and loading them slows the start of every command.
  const mayHaveFile = !isOff && (named !== undefined || existsSync(join(root ?? cwd, '.env')))
  if (!mayHaveFile && !ledgerDirectories(env).some(hasShiftedLease)) {
    return { env, envWithoutSlot: env }
  }
  const { findCheckout, peekLeases, readEnvFile } = await import('@driftos/ports/checkout')
  const own = readEnvFile(root ?? cwd, env, { file: isOff ? false : named, cwd }).env
  if (own['DRIFTOS_PORT_OFFSET']?.trim() || own['CI']?.trim()) return { env: own, envWithoutSlot: own }
  const leases = await peekLeases({ env: own })
  const checkout = leases.length > 0 ? findCheckout(root ?? cwd) : undefined
  const lease = leases.find(({ instance }) => instance === checkout?.instance)
  return { env: lease ? { ...own, DRIFTOS_PORT_OFFSET: String(lease.offset) } : own, envWithoutSlot: own }
}

/** Returns every directory in which this user may have a ledger. */
export function ledgerDirectories(env: Env): string[] {
  const isWindows = process.platform === 'win32'
  const base = env[isWindows ? 'LOCALAPPDATA' : 'XDG_STATE_HOME']
  if (base && isAbsolute(base)) return [join(base, 'driftos-ports')]
  const inHome = isWindows ? ['AppData', 'Local'] : ['.local', 'state']
  const homes = [env[isWindows ? 'USERPROFILE' : 'HOME'], homedirOrNone()]
  return homes.flatMap((home) => (home ? join(home, ...inHome, 'driftos-ports') : []))
}

/** Whether a ledger has a lease of another offset than 0, which changes nothing. */
function hasShiftedLease(directory: string): boolean {
  try {
    const files = readdirSync(directory).filter((file) => /^slots\.\d+\.json$/.test(file))
    return files.some((file) => /"offset"\s*:\s*[^\s0]/.test(readFileSync(join(directory, file), 'utf8')))
  } catch {
    // No ledger, or one that only the commands for slots report.
    return false
  }
}

function homedirOrNone(): string | undefined {
  try {
    return homedir()
  } catch {
    // A container may run as a user that the system has no entry for.
    return undefined
  }
}

/**
 * Returns a directory of the checkout that a command is for: the root of the registry's repository, unless the registry is that
 * of another repository.
 */
export function checkoutDirectory(root: string | undefined, cwd: string): string {
  return root === undefined || /^\.\.(?:[\\/]|$)/.test(relative(root, cwd)) || isAbsolute(relative(root, cwd))
    ? cwd
    : root
}

/**
 * Finds the checkout that a command is for.
 *
 * @throws {UsageError} when there is none
 */
export async function requireCheckout(root: string | undefined, cwd: string): Promise<Checkout> {
  const { findCheckout } = await import('@driftos/ports/checkout')
  const checkout = findCheckout(checkoutDirectory(root, cwd))
  if (checkout) return checkout
  throw new UsageError(`No checkout here: expected .git or a workspace in ${cwd} or above.`)
}
