import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { text } from 'node:stream/consumers'
import { services, type Env } from '@driftos/ports'
import { describe, expect, it } from 'vitest'
import { root } from '../members.js'
import { findObstacles } from './obstacles.js'
import { settingsParsers } from './settings.js'

/** A secret that no message may contain. */
const secret = 'hunter2-hunter2'

/** Variables for which every text is valid, with the reason. */
const anyText = new Set([
  'COMPOSE_PROJECT_NAME', // checked by Docker
  'EMBEDDER_MODEL', // a name that only the library of the model can check
  'LLM_MODEL',
  'NODE_ENV',
  'POSTGRES_DB',
  'POSTGRES_PASSWORD',
  'POSTGRES_USER',
])

/** An invalid value for each other variable. */
function invalidValueOf(name: string): string | undefined {
  if (/_(PORT|TIMEOUT|TIMEOUT_MS|THRESHOLD|LIMIT|SIZE|MAX)$/.test(name) || name === 'DRIFTOS_PORT_OFFSET') return 'lots'
  if (name.endsWith('_HOST')) return 'http://example.com'
  if (/_(URL|LINK)$/.test(name)) return `nonsense://user:${secret}@host:99999`
  if (/_KEYS?$/.test(name)) return `${secret} \u2713`
  if (/^(EMBEDDER|HOST|LOG_LEVEL|LOG_FORMAT|TRUST_PROXY)$/.test(name)) return 'no such value'
  return undefined
}

/** Every variable that `.env.example` sets, and the siblings that each service has. */
const variables = [
  ...new Set([
    ...Array.from(
      readFileSync(join(root, '.env.example'), 'utf8').matchAll(/^# ([A-Z][A-Z\d_]*)=/gm),
      (match) => match[1]!,
    ),
    ...Object.values(services).flatMap(({ variable }) =>
      ['PORT', 'HOST', 'URL', 'LINK'].map((suffix) => variable.replace(/PORT$/, suffix)),
    ),
  ]),
].filter((name) => !anyText.has(name))

async function problemsOf(env: Env): Promise<readonly string[]> {
  const { messages, exitCode } = await findObstacles([], env)
  expect(exitCode).toBe(messages.length > 0 ? 2 : 1)
  return messages
}

describe('the preflight', () => {
  it('has a parser for each app', () => {
    expect(Object.keys(settingsParsers).toSorted()).toEqual(readdirSync(join(root, 'apps')).toSorted())
  })

  it.each(variables)('reports an invalid %s by its name, with how to fix it and without secrets', async (name) => {
    const value = invalidValueOf(name)
    expect(value, `${name} needs an invalid value in this test`).toBeDefined()
    const messages = await problemsOf({ [name]: value })
    expect(messages).toHaveLength(1)
    expect(messages[0]).toMatch(new RegExp(`^${name}\\b`))
    expect(messages[0]).toMatch(/\b(set|fix|unset|expected|copy|separate)\b/i)
    expect(messages[0]).not.toContain('hunter2')
  })

  it('reports the variables of all services at once', async () => {
    // DATABASE_URL wins over that of the service, an origin over its host, and a port over the offset.
    const hidden = Object.values(services).flatMap(({ variable, scheme }) =>
      ['HOST', 'LINK', ...(/^https?$/.test(scheme) ? [] : ['URL'])].map((suffix) => variable.replace(/PORT$/, suffix)),
    )
    // The size of the pool is checked after the address of the database.
    const names = variables.filter((name) => ![...hidden, 'DRIFTOS_PORT_OFFSET', 'POSTGRES_POOL_SIZE'].includes(name))
    const messages = await problemsOf(Object.fromEntries(names.map((name) => [name, invalidValueOf(name)])))
    const reported = messages.map((message) => /^\w+/.exec(message)![0])
    expect(reported.toSorted()).toEqual(names.toSorted())
  })

  it('accepts every variable when it is blank', async () => {
    expect(await problemsOf(Object.fromEntries([...variables, ...anyText].map((name) => [name, ' '])))).toEqual([])
  })

  it('reports production without keys', async () => {
    expect(await problemsOf({ NODE_ENV: 'production' })).toEqual([
      expect.stringContaining('GATEWAY_API_KEYS is not set'),
    ])
    expect(await problemsOf({ NODE_ENV: 'production', GATEWAY_API_KEYS: secret })).toEqual([])
  })

  it.each(['localhost', '127.0.0.1', '0.0.0.0'])('accepts HOST=%s', async (HOST) => {
    expect(await problemsOf({ HOST })).toEqual([])
  })

  it('refuses an address of another machine', async () => {
    // Reserved for documentation: RFC 5737.
    expect(await problemsOf({ HOST: '192.0.2.1' })).toEqual([
      'HOST="192.0.2.1" is not an address of this machine (EADDRNOTAVAIL): set localhost, 0.0.0.0, :: or an address of a network interface, or unset it',
    ])
  })
})

describe('--check', () => {
  it.each(['dev', 'start'])('of pnpm %s exits with 2 and lists every problem', async (mode) => {
    const { code, output } = await check(mode, { GATEWAY_RATE_LIMIT: 'lots', LLM_TIMEOUT: 'soon', EMBEDDER: 'foo' })
    expect(code).toBe(2)
    expect(output).toContain('Nothing was started. 3 problems:')
    for (const name of ['GATEWAY_RATE_LIMIT', 'LLM_TIMEOUT', 'EMBEDDER']) expect(output).toContain(`- ${name}=`)
  })

  it('exits with 0 and starts nothing when every variable is valid', async () => {
    const { code, output } = await check('start', {})
    expect(output).toContain('Every variable is valid and every port is free. Nothing was started.')
    expect(code).toBe(0)
  })
})

async function check(mode: string, env: Record<string, string>) {
  const offset = String(20_000 + Math.floor(Math.random() * 10_000))
  const args = ['--import', 'tsx', '--conditions=@driftos/source', 'packages/stack/src/main.ts', mode, '--check']
  const child = spawn(process.execPath, args, {
    cwd: root,
    env: { PATH: process.env['PATH'], CI: '1', DRIFTOS_PORT_OFFSET: offset, ...env },
  })
  const [output, errors] = await Promise.all([text(child.stdout), text(child.stderr), once(child, 'close')])
  return { code: child.exitCode, output: output + errors }
}
