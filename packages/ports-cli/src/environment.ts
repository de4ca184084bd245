import type { Env } from '@driftos/ports'
import type { Checkout, Lease } from '@driftos/ports/checkout'
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
 * offset of the checkout's slot, when it has one. Node.js 20 and 22 also read `--env-file` themselves, wherever it is on
 * the command line, with the same result; a missing file then ends them with exit code 9.
 *
 * @param root - the absolute path of the repository; undefined without one
 * @throws {UsageError} for options that contradict each other
 * @throws {SlotError} when a file cannot be read
 */
export async function readEnvironment(
  values: Readonly<Record<string, unknown>>,
  { env, cwd }: Start,
  root: string | undefined,
): Promise<{ readonly env: Env; readonly envWithoutSlot: Env }> {
  const named = values['env-file'] as string | undefined
  const isOff = values['no-env-file'] === true
  if (isOff && named !== undefined) {
    throw new UsageError('--env-file and --no-env-file contradict each other. Keep one of them.')
  }
  if (root === undefined && named === undefined) return { env, envWithoutSlot: env }
  const { findCheckout, peekLeases, readEnvFile } = await import('@driftos/ports/checkout')
  const own = readEnvFile(root ?? cwd, env, { file: isOff ? false : named, cwd }).env
  if (own['DRIFTOS_PORT_OFFSET']?.trim() || own['CI']?.trim()) return { env: own, envWithoutSlot: own }
  const leases = await peekLeases({ env: own })
  const lease = leases.length > 0 ? findLease(leases, findCheckout(root ?? cwd)) : undefined
  return { env: lease ? { ...own, DRIFTOS_PORT_OFFSET: String(lease.offset) } : own, envWithoutSlot: own }
}

function findLease(leases: readonly Lease[], checkout: Checkout | undefined): Lease | undefined {
  return checkout && leases.find(({ instance }) => instance === checkout.instance)
}

/**
 * Finds the checkout of a repository.
 *
 * @throws {UsageError} when there is none
 */
export async function requireCheckout(root: string | undefined, cwd: string): Promise<Checkout> {
  const { findCheckout } = await import('@driftos/ports/checkout')
  const checkout = findCheckout(root ?? cwd)
  if (checkout) return checkout
  throw new UsageError(`No checkout here: expected .git or a workspace in ${cwd} or above.`)
}
