import type { Env } from '@driftos/ports'

/** What `LOG_LEVEL` may be. */
export const logLevels = ['fatal', 'error', 'warn', 'info', 'debug', 'trace', 'silent']

/** How long an upstream may take to begin its answer, in milliseconds, unless `UPSTREAM_TIMEOUT_MS` says otherwise. */
const defaultUpstreamTimeoutMs = 30_000

/** The longest time that a timer can wait, in milliseconds. */
const longestTimeoutMs = 2_147_483_647

/** The variables of every service besides its ports. */
export interface Settings {
  readonly logLevel: string
  readonly upstreamTimeoutMs: number
}

/** A variable that holds what it may not. The message says which, what is accepted, and how to mend it. */
export class SettingError extends Error {}

/**
 * Reads `LOG_LEVEL` and `UPSTREAM_TIMEOUT_MS`.
 *
 * @throws {SettingError} that lists every invalid one
 */
export function parseSettings(env: Env): Settings {
  const problems = findInvalidSettings(env)
  if (problems.length > 0) throw new SettingError(problems.join('\n'))
  return {
    logLevel: env['LOG_LEVEL']?.trim() || 'info',
    upstreamTimeoutMs: Number(env['UPSTREAM_TIMEOUT_MS']) || defaultUpstreamTimeoutMs,
  }
}

/** What is wrong with the settings, a message each. */
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
