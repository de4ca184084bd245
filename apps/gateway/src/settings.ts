import type { Env } from '@driftos/ports'
import { SettingError } from '@driftos/service/settings'

/** How many requests a client may send in a minute, unless `GATEWAY_RATE_LIMIT` says otherwise. */
const defaultRequestsPerMinute = 6000

/** The gateway's own variables. */
export interface GatewaySettings {
  /** The keys that open the API; with none, it is open. */
  readonly apiKeys: readonly string[]
  /** How many requests one key or address may send in a minute; 0 for any number. */
  readonly requestsPerMinute: number
  /** Whether clients on this machine are limited too. */
  readonly isLimitedLocally: boolean
  readonly isProduction: boolean
}

/**
 * Reads `GATEWAY_API_KEYS`, `GATEWAY_RATE_LIMIT` and `NODE_ENV`. No message holds a key.
 *
 * @throws {SettingError} that lists every invalid one, and when in production there is no key
 */
export function parseGatewaySettings(env: Env): GatewaySettings {
  const apiKeys = (env['GATEWAY_API_KEYS'] ?? '')
    .split(',')
    .map((key) => key.trim())
    .filter(Boolean)
  const limit = env['GATEWAY_RATE_LIMIT']?.trim() || undefined
  const isProduction = env['NODE_ENV']?.trim() === 'production'

  const problems = [...problemsOfKeys(apiKeys, isProduction), ...problemsOfLimit(limit)]
  if (problems.length > 0) throw new SettingError(problems.join('\n'))
  return {
    apiKeys,
    requestsPerMinute: limit === undefined ? defaultRequestsPerMinute : Number(limit),
    isLimitedLocally: limit !== undefined || apiKeys.length > 0,
    isProduction,
  }
}

function problemsOfKeys(keys: readonly string[], isProduction: boolean): string[] {
  if (keys.length === 0 && isProduction) {
    return [
      'GATEWAY_API_KEYS is unset, and with NODE_ENV=production the gateway does not start open to everybody: set one key, or several with commas between, such as GATEWAY_API_KEYS=$(openssl rand -hex 32)',
    ]
  }
  return keys.flatMap((key, index) =>
    /^[\x21-\x7e]+$/.test(key)
      ? []
      : [
          `GATEWAY_API_KEYS is invalid in key ${index + 1} of ${keys.length}: set keys of ASCII letters, digits and signs, with commas between`,
        ],
  )
}

function problemsOfLimit(limit: string | undefined): string[] {
  if (limit === undefined || (/^\d+$/.test(limit) && Number.isSafeInteger(Number(limit)))) return []
  return [
    `GATEWAY_RATE_LIMIT=${JSON.stringify(limit)} is not a limit: set how many requests one client may send in a minute, 0 for any number, or unset it`,
  ]
}
