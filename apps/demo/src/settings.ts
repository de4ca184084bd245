import type { Env } from '@driftos/ports'
import { SettingError } from '@driftos/service/settings'

/** The settings of the demo. */
export interface DemoSettings {
  /** The key that the demo sends to the gateway; undefined for none. */
  readonly gatewayKey: string | undefined
}

/**
 * Reads `GATEWAY_API_KEY`. The message does not contain it.
 *
 * @throws {SettingError} when it is no single key
 */
export function parseDemoSettings(env: Env): DemoSettings {
  const gatewayKey = env['GATEWAY_API_KEY']?.trim() || undefined
  if (gatewayKey !== undefined && !/^[\x21-\x2b\x2d-\x7e]+$/.test(gatewayKey)) {
    throw new SettingError(
      'GATEWAY_API_KEY is invalid: expected one of the keys in GATEWAY_API_KEYS, of visible ASCII characters without commas. Fix it or unset it.',
    )
  }
  return { gatewayKey }
}
