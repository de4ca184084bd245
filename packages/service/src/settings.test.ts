import { describe, expect, it } from 'vitest'
import { parseSettings, SettingError } from './settings.js'

describe('parseSettings', () => {
  it('returns defaults for unset and blank variables', () => {
    expect(parseSettings({ LOG_LEVEL: ' ', UPSTREAM_TIMEOUT_MS: '' })).toEqual({
      logLevel: 'info',
      logFormat: undefined,
      upstreamTimeoutMs: 30_000,
      trustProxy: false,
    })
  })

  it('reads every variable', () => {
    const env = { LOG_LEVEL: 'warn', LOG_FORMAT: 'pretty', UPSTREAM_TIMEOUT_MS: '250', TRUST_PROXY: '10.0.0.0/8' }
    expect(parseSettings(env)).toEqual({
      logLevel: 'warn',
      logFormat: 'pretty',
      upstreamTimeoutMs: 250,
      trustProxy: expect.any(Function) as unknown,
    })
  })

  it.each(['0', '-5', 'abc', '30s', '1e3', '3600001'])('refuses a time-out of %s', (UPSTREAM_TIMEOUT_MS) => {
    expect(() => parseSettings({ UPSTREAM_TIMEOUT_MS })).toThrow(
      new SettingError(
        `UPSTREAM_TIMEOUT_MS=${JSON.stringify(UPSTREAM_TIMEOUT_MS)} is not a time: set milliseconds from 1 to 3600000, or unset it`,
      ),
    )
  })

  it('lists every invalid variable at once', () => {
    const env = { LOG_LEVEL: 'loud', LOG_FORMAT: 'xml', UPSTREAM_TIMEOUT_MS: '-1', TRUST_PROXY: 'proxy.example' }
    expect(() => parseSettings(env)).toThrow(
      new SettingError(`LOG_LEVEL="loud" is not a level: set one of fatal, error, warn, info, debug, trace, silent, or unset it
LOG_FORMAT="xml" is not a format: set json or pretty, or unset it
UPSTREAM_TIMEOUT_MS="-1" is not a time: set milliseconds from 1 to 3600000, or unset it
TRUST_PROXY="proxy.example" is not a list of proxies: set true, false, a number of proxies, or IP addresses, CIDR ranges and loopback, linklocal or uniquelocal, separated by commas, or unset it`),
    )
  })
})
