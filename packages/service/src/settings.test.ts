import { describe, expect, it } from 'vitest'
import { parseSettings, SettingError } from './settings.js'

describe('parseSettings', () => {
  it('returns defaults for unset and blank variables', () => {
    expect(parseSettings({ LOG_LEVEL: ' ', UPSTREAM_TIMEOUT_MS: '' })).toEqual({
      logLevel: 'info',
      upstreamTimeoutMs: 30_000,
    })
  })

  it('reads both variables', () => {
    expect(parseSettings({ LOG_LEVEL: 'warn', UPSTREAM_TIMEOUT_MS: '250' })).toEqual({
      logLevel: 'warn',
      upstreamTimeoutMs: 250,
    })
  })

  it.each(['0', '-5', 'abc', '30s', '1e3', '2147483648'])('refuses a time-out of %s', (UPSTREAM_TIMEOUT_MS) => {
    expect(() => parseSettings({ UPSTREAM_TIMEOUT_MS })).toThrow(
      new SettingError(
        `UPSTREAM_TIMEOUT_MS=${JSON.stringify(UPSTREAM_TIMEOUT_MS)} is not a time: set milliseconds from 1 to 2147483647, or unset it`,
      ),
    )
  })

  it('lists every invalid variable at once', () => {
    expect(() => parseSettings({ LOG_LEVEL: 'loud', UPSTREAM_TIMEOUT_MS: '-1' })).toThrow(
      /^LOG_LEVEL="loud" is not a level: .+\nUPSTREAM_TIMEOUT_MS="-1" is not a time: /,
    )
  })
})
