import type { Env } from '@driftos/ports'
import { SettingError } from '@driftos/service/settings'

/** The default of `GATEWAY_RATE_LIMIT`. */
const defaultRequestsPerMinute = 6000

/** The settings of the gateway. */
export interface GatewaySettings {
  /** The valid API keys; the API needs no key if there are none. */
  readonly apiKeys: readonly string[]
  /** How many requests one key or address may send in a minute; 0 for any number. */
  readonly requestsPerMinute: number
  /** Whether clients on this machine are limited too. */
  readonly isLimitedLocally: boolean
  readonly isProduction: boolean
}

/**
 * Reads `GATEWAY_API_KEYS`, `GATEWAY_RATE_LIMIT` and `NODE_ENV`. No message contains a key.
 *
 * @throws {SettingError} lists every invalid variable, and the missing keys in production
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
      'GATEWAY_API_KEYS is not set: with NODE_ENV=production the gateway needs at least one API key. Set one or more, separated by commas, for example GATEWAY_API_KEYS=$(openssl rand -hex 32)',
    ]
  }
  return keys.flatMap((key, index) =>
    /^[\x21-\x7e]+$/.test(key)
      ? []
      : [
          `GATEWAY_API_KEYS is invalid: key ${index + 1} of ${keys.length} may contain only visible ASCII characters. Separate keys by commas.`,
        ],
  )
}

function problemsOfLimit(limit: string | undefined): string[] {
  if (limit === undefined || (/^\d+$/.test(limit) && Number.isSafeInteger(Number(limit)))) return []
  return [
    `GATEWAY_RATE_LIMIT=${JSON.stringify(limit)} is not a limit: expected the requests that one client may send in a minute, or 0 for no limit. Fix it or unset it.`,
  ]
}
