import type { Env } from '@driftos/ports'
import { parseTrustProxy, trustProxyValues, type ProxyTrust } from './trust-proxy.js'

/** The values of `LOG_LEVEL`. */
export const logLevels = ['fatal', 'error', 'warn', 'info', 'debug', 'trace', 'silent']

/** The values of `LOG_FORMAT`. */
export const logFormats = ['json', 'pretty']

/** The default of `UPSTREAM_TIMEOUT_MS`: how long an upstream may take to start its answer. */
export const defaultUpstreamTimeoutMs = 30_000

/** An hour. */
const longestTimeoutMs = 3_600_000

/** The settings of every service, other than its ports. */
export interface Settings {
  readonly logLevel: string
  /** `json`, `pretty`, or undefined: pretty on a terminal, else JSON. */
  readonly logFormat: string | undefined
  readonly upstreamTimeoutMs: number
  /** The proxies whose forwarding headers are trusted; false for none. */
  readonly trustProxy: ProxyTrust | false
}

/** An invalid setting. The message contains the variable, the accepted values and how to fix it. */
export class SettingError extends Error {}

/**
 * Reads `LOG_LEVEL`, `LOG_FORMAT`, `UPSTREAM_TIMEOUT_MS` and `TRUST_PROXY`.
 *
 * @throws {SettingError} lists every invalid variable
 */
export function parseSettings(env: Env): Settings {
  const problems = findInvalidSettings(env)
  if (problems.length > 0) throw new SettingError(problems.join('\n'))
  return {
    logLevel: env['LOG_LEVEL']?.trim() || 'info',
    logFormat: env['LOG_FORMAT']?.trim() || undefined,
    upstreamTimeoutMs: Number(env['UPSTREAM_TIMEOUT_MS']) || defaultUpstreamTimeoutMs,
    trustProxy: parseTrustProxy(env['TRUST_PROXY'])!,
  }
}

/** Returns a message for every invalid setting. */
export function findInvalidSettings(env: Env): string[] {
  const [logLevel, logFormat, timeout, trustProxy] = [
    'LOG_LEVEL',
    'LOG_FORMAT',
    'UPSTREAM_TIMEOUT_MS',
    'TRUST_PROXY',
  ].map((name) => env[name]?.trim())
  const isTimeout = /^\d+$/.test(timeout ?? '') && Number(timeout) >= 1 && Number(timeout) <= longestTimeoutMs
  return [
    ...(logLevel && !logLevels.includes(logLevel)
      ? [`LOG_LEVEL=${JSON.stringify(logLevel)} is not a level: set one of ${logLevels.join(', ')}, or unset it`]
      : []),
    ...(logFormat && !logFormats.includes(logFormat)
      ? [`LOG_FORMAT=${JSON.stringify(logFormat)} is not a format: set ${logFormats.join(' or ')}, or unset it`]
      : []),
    ...(timeout && !isTimeout
      ? [
          `UPSTREAM_TIMEOUT_MS=${JSON.stringify(timeout)} is not a time: set milliseconds from 1 to ${longestTimeoutMs}, or unset it`,
        ]
      : []),
    ...(parseTrustProxy(trustProxy) === undefined
      ? [`TRUST_PROXY=${JSON.stringify(trustProxy)} is not a list of proxies: set ${trustProxyValues}, or unset it`]
      : []),
  ]
}
