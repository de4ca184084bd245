import type { Env } from '@driftos/ports'

/** The values of `LOG_LEVEL`. */
export const logLevels = ['fatal', 'error', 'warn', 'info', 'debug', 'trace', 'silent']

/** The default of `UPSTREAM_TIMEOUT_MS`: how long an upstream may take to start its answer. */
const defaultUpstreamTimeoutMs = 30_000

/** The longest delay of a timer. */
const longestTimeoutMs = 2_147_483_647

/** The settings of every service, other than its ports. */
export interface Settings {
  readonly logLevel: string
  readonly upstreamTimeoutMs: number
}

/** An invalid setting. The message contains the variable, the accepted values and how to fix it. */
export class SettingError extends Error {}

/**
 * Reads `LOG_LEVEL` and `UPSTREAM_TIMEOUT_MS`.
 *
 * @throws {SettingError} lists every invalid variable
 */
export function parseSettings(env: Env): Settings {
  const problems = findInvalidSettings(env)
  if (problems.length > 0) throw new SettingError(problems.join('\n'))
  return {
    logLevel: env['LOG_LEVEL']?.trim() || 'info',
    upstreamTimeoutMs: Number(env['UPSTREAM_TIMEOUT_MS']) || defaultUpstreamTimeoutMs,
  }
}

/** Returns a message for every invalid setting. */
export function findInvalidSettings(env: Env): string[] {
  const logLevel = env['LOG_LEVEL']?.trim()
  const timeout = env['UPSTREAM_TIMEOUT_MS']?.trim()
  const isTimeout = /^\d+$/.test(timeout ?? '') && Number(timeout) >= 1 && Number(timeout) <= longestTimeoutMs
  return [
    ...(logLevel && !logLevels.includes(logLevel)
      ? [`LOG_LEVEL=${JSON.stringify(logLevel)} is not a level: set one of ${logLevels.join(', ')}, or unset it`]
      : []),
    ...(timeout && !isTimeout
      ? [
          `UPSTREAM_TIMEOUT_MS=${JSON.stringify(timeout)} is not a time: set milliseconds from 1 to ${longestTimeoutMs}, or unset it`,
        ]
      : []),
  ]
}
