import { readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { logLevels, SettingError } from '@driftos/service/settings'
import { parseGatewaySettings } from './settings.js'

function errorOf(env: Record<string, string>): string {
  try {
    parseGatewaySettings(env)
  } catch (error) {
    if (error instanceof SettingError) return error.message
    throw error
  }
  return 'none'
}

describe('parseGatewaySettings', () => {
  it('returns defaults for unset and blank variables', () => {
    const defaults = { apiKeys: [], requestsPerMinute: 6000, isLimitedLocally: false, isProduction: false }
    expect(parseGatewaySettings({})).toEqual(defaults)
    expect(parseGatewaySettings({ GATEWAY_API_KEYS: ' , ', GATEWAY_RATE_LIMIT: ' ', NODE_ENV: '' })).toEqual(defaults)
  })

  it('reads several keys, and ignores blanks and extra commas', () => {
    expect(parseGatewaySettings({ GATEWAY_API_KEYS: ' one, two ,,three,' }).apiKeys).toEqual(['one', 'two', 'three'])
  })

  it.each([
    ['no keys, no limit', {}, false],
    ['keys', { GATEWAY_API_KEYS: 'one' }, true],
    ['a limit', { GATEWAY_RATE_LIMIT: '10' }, true],
  ])('limits clients on this machine if keys or a limit are set, %s', (_of, env, isLimitedLocally) => {
    expect(parseGatewaySettings(env)).toMatchObject({ isLimitedLocally })
  })

  it('refuses production without keys', () => {
    expect(errorOf({ NODE_ENV: 'production', GATEWAY_API_KEYS: ' ' })).toMatchInlineSnapshot(
      `"GATEWAY_API_KEYS is not set: with NODE_ENV=production the gateway needs at least one API key. Set one or more, separated by commas, for example GATEWAY_API_KEYS=$(openssl rand -hex 32)"`,
    )
    expect(parseGatewaySettings({ NODE_ENV: 'production', GATEWAY_API_KEYS: 'one' })).toMatchObject({
      isProduction: true,
    })
  })

  it.each(['hunter2 with blanks', 'hünter2', 'hunter2\u0000', 'hunter2\n'.repeat(2)])(
    'refuses a key that no header can contain, without printing it, %j',
    (key) => {
      const message = errorOf({ GATEWAY_API_KEYS: `good,${key}` })
      expect(message).toBe(
        'GATEWAY_API_KEYS is invalid: key 2 of 2 may contain only visible ASCII characters. Separate keys by commas.',
      )
    },
  )

  it.each(['-1', '1.5', '1e3', 'many', '99999999999999999999'])('refuses a limit of %s', (limit) => {
    expect(errorOf({ GATEWAY_RATE_LIMIT: limit })).toBe(
      `GATEWAY_RATE_LIMIT="${limit}" is not a limit: expected the requests that one client may send in a minute, or 0 for no limit. Fix it or unset it.`,
    )
  })

  it('lists every invalid variable at once', () => {
    expect(errorOf({ NODE_ENV: 'production', GATEWAY_RATE_LIMIT: 'x' }).split('\n')).toHaveLength(2)
  })
})

describe('the README', () => {
  const readme = readFileSync(new URL('../README.md', import.meta.url), 'utf8')

  it('has the default limit', () => {
    expect(readme).toContain(`| \`GATEWAY_RATE_LIMIT\` | ${parseGatewaySettings({}).requestsPerMinute} |`)
  })

  it('has the log levels', () => {
    const levels = logLevels.join(', ').replace(/, (\w+)$/, ' or $1')
    expect(readme).toContain(`| \`LOG_LEVEL\` | info | ${levels} |`)
  })

  it('has the message for production without keys', () => {
    expect(readme).toContain(`$ NODE_ENV=production node dist/main.js\n${errorOf({ NODE_ENV: 'production' })}\n`)
  })
})
