import { isAbsolute, relative } from 'node:path'
import { findCheckout, peekLeases, readEnvFile, type Checkout } from '@driftos/ports/checkout'
import { UsageError, type Io } from './command.js'

/**
 * Returns the variables that a command resolves ports with: those of the environment, else of `.env` at the root, else the
 * offset of the checkout's slot, when it has one. Node.js 20 and 22 also read `--env-file` themselves, anywhere on
 * the command line, with the same result; they exit with code 9 when the file is missing.
 *
 * @param projectRoot - the absolute path of the repository of the registry
 * @throws {UsageError} for options that contradict each other
 * @throws {SlotError} when a file cannot be read
 */
export function readEnvironment(
  values: Readonly<Record<string, unknown>>,
  { env, cwd }: Pick<Io, 'env' | 'cwd'>,
  projectRoot: string,
): Pick<Io, 'env' | 'envWithoutSlot'> {
  const root = checkoutDirectory(projectRoot, cwd)
  const named = values['env-file'] as string | undefined
  const isOff = values['no-env-file'] === true
  if (isOff && named !== undefined) {
    throw new UsageError('--env-file and --no-env-file contradict each other. Keep one of them.')
  }
  const own = readEnvFile(root, env, { file: isOff ? false : named, cwd }).env
  if (own['DRIFTOS_PORT_OFFSET']?.trim() || own['CI']?.trim()) return { env: own, envWithoutSlot: own }
  const leases = peekLeases(own)
  const checkout = leases.length > 0 ? findCheckout(root) : undefined
  const lease = leases.find(({ instance }) => instance === checkout?.instance)
  return { env: lease ? { ...own, DRIFTOS_PORT_OFFSET: String(lease.offset) } : own, envWithoutSlot: own }
}

/**
 * Returns a directory of the checkout that a command is for: the root of the registry's repository, unless the registry is that
 * of another repository.
 */
export function checkoutDirectory(root: string, cwd: string): string {
  const path = relative(root, cwd)
  return /^\.\.(?:[\\/]|$)/.test(path) || isAbsolute(path) ? cwd : root
}

/**
 * Finds the checkout that a command is for.
 *
 * @throws {UsageError} when there is none
 */
export function requireCheckout(root: string, cwd: string): Checkout {
  const checkout = findCheckout(checkoutDirectory(root, cwd))
  if (checkout) return checkout
  throw new UsageError(`No checkout here: expected .git or a workspace in ${cwd} or above.`)
}
