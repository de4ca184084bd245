import { readFileSync } from 'node:fs'
import { connect, type AddressInfo } from 'node:net'
import type { Env } from '@driftos/ports'
import { describe, expect, it, onTestFinished } from 'vitest'
import { buildCore } from '../apps/core/src/app.js'
import { buildDemo } from '../apps/demo/src/app.js'
import { buildEmbed } from '../apps/embed/src/app.js'
import { buildGateway } from '../apps/gateway/src/app.js'
import { longestAnswerHead } from '../packages/service/src/limits.js'
import { parseSettings } from '../packages/service/src/settings.js'
import { answerMs, killMs, stopMs, waitMs } from '../packages/service/src/time-limits.js'

type FastifyInstance = ReturnType<typeof buildGateway>

/** Starts the services that a request of the demo's page passes, in their order, and embed, without a database. */
async function startAll() {
  // Nothing listens on the port of the database.
  const env: Env = {
    LOG_LEVEL: 'silent',
    TRUST_PROXY: 'loopback',
    DATABASE_URL: 'postgresql://localhost:1/none',
    EMBEDDER: 'hashing',
  }
  const core = await start(buildCore(env))
  const embed = await start(buildEmbed(env))
  const gateway = await start(buildGateway({ ...env, CORE_PORT: portOf(core), EMBED_PORT: portOf(embed) }))
  const demo = await start(buildDemo({ ...env, GATEWAY_PORT: portOf(gateway) }))
  return { demo, gateway, core, embed }
}

async function start(app: FastifyInstance): Promise<FastifyInstance> {
  await app.listen({ port: 0, host: '127.0.0.1' })
  onTestFinished(async () => {
    app.server.closeAllConnections()
    await app.close()
  })
  return app
}

function portOf({ server }: FastifyInstance): string {
  return String((server.address() as AddressInfo).port)
}

interface Answer {
  readonly status: number
  readonly message: string
}

/** The target and the headers of a request. */
type Sent = readonly [target: string, headers: readonly string[]]

/** Sends a request as it is; returns the status and the message of the answer. */
async function send(app: FastifyInstance, [target, headers]: Sent): Promise<Answer> {
  const socket = connect(Number(portOf(app)), '127.0.0.1').setEncoding('latin1')
  socket.write([`GET ${target} HTTP/1.1`, ...headers, '', ''].join('\r\n'), 'latin1')
  let answer = ''
  for await (const chunk of socket) answer += String(chunk)
  const body = JSON.parse(answer.slice(answer.indexOf('\r\n\r\n{') + 4)) as { error?: { message: string } }
  return { status: Number(answer.slice(9, 12)), message: body.error?.message ?? '' }
}

/** The path that every service in the row serves; it answers 503, without a database. */
const path = '/api/v1/ready'
const usual = ['Host: x', 'Connection: close']
const bytesOf = (lines: readonly string[]) => lines.reduce((sum, line) => sum + line.length + 2, 0)

/** Headers that fill the limit, in forms that proxies change. */
const forms: Readonly<Record<string, (count: number) => string[]>> = {
  'one long header': () => [],
  'different headers': (count) => Array.from({ length: count }, (_, index) => `X${index}: y`),
  'one header, many times': (count) => Array.from({ length: count }, () => 'X: y'),
  cookies: (count) => Array.from({ length: count }, (_, index) => `Cookie: c${index}=1`),
  'a list of addresses': (count) => [`X-Forwarded-For: ${Array.from({ length: count }, () => '127.0.0.1').join(',')}`],
  'a list of proxies': (count) => [`Via: ${Array.from({ length: count }, () => '1.1 p').join(',')}`],
  'a long host': () => [`X-Forwarded-Host: ${'h'.repeat(290)}`],
  'a long trace': () => [
    'Traceparent: 00-0123456789abcdef0123456789abcdef-0123456789abcdef-01',
    `Tracestate: ${'t'.repeat(4000)}`,
  ],
  'an invalid id': () => ['X-Request-Id: '],
}

/** The requests at a limit, by what they fill it with, and the status of those above it. */
const cases: readonly {
  readonly limit: 'url' | 'headers' | 'headerCount'
  readonly form: string
  readonly status: number
  readonly requestOf: (size: number) => Sent
}[] = [
  { limit: 'url', form: 'a query', status: 414, requestOf: (length) => [`${path}?`.padEnd(length, 'x'), usual] },
  ...Object.entries(forms).map(([form, lines]) => ({
    limit: 'headers' as const,
    form,
    status: 431,
    requestOf(bytes: number): Sent {
      const filled = [...usual, ...lines(900)]
      return [path, [...filled, 'X-Fill: '.padEnd(bytes - bytesOf(filled) - 2, 'x')]]
    },
  })),
  ...['different headers', 'one header, many times'].map((form) => ({
    limit: 'headerCount' as const,
    form,
    status: 431,
    requestOf: (count: number): Sent => [path, [...usual, ...forms[form]!(count - usual.length)]],
  })),
]

describe('a request', () => {
  it.each(cases)(
    'of the largest $limit passes all services, and a larger one only those after the first: $form',
    async (row) => {
      const { demo, gateway, core, embed } = await startAll()
      for (const app of [demo, gateway, core, embed]) {
        const limit = app.limits[row.limit]
        expect.soft(await send(app, row.requestOf(limit)), app.proxyName).toMatchObject({ status: 503 })
        // The message has the limit of the service that refuses.
        const refusal = { status: row.status, message: expect.stringContaining(String(limit)) as string }
        expect.soft(await send(app, row.requestOf(limit + 1)), app.proxyName).toEqual(refusal)
      }
      const limits = [demo, gateway, core].map((app) => app.limits[row.limit])
      expect(limits).toEqual([...new Set(limits)].toSorted((a, b) => a - b))
    },
  )
})

describe('the tables of packages/service/README.md', () => {
  const readme = read('packages/service/README.md')
  const settings = parseSettings({})
  /** Returns the numbers in the row whose first cell contains a text. */
  const rowOf = (text: string) => {
    const cells = readme.split('\n').find((line) => line.startsWith('|') && line.split('|')[1]!.includes(text))!
    return cells
      .split('|')
      .slice(2)
      .map((cell) => cell.trim())
      .filter((cell) => /^\d+$/.test(cell))
      .map(Number)
  }

  it('have the sizes of the apps', async () => {
    const { demo, gateway, core, embed } = await startAll()
    const apps = [demo, gateway, core]
    expect(rowOf('URL, bytes')).toEqual(apps.map(({ limits }) => limits.url))
    expect(rowOf('headers, bytes as sent')).toEqual(apps.map(({ limits }) => limits.headers))
    expect(rowOf('header lines')).toEqual(apps.map(({ limits }) => limits.headerCount))
    expect(rowOf('arrival of a whole request')).toEqual(apps.map(({ server }) => server.requestTimeout))
    expect(rowOf('an idle connection')[0]).toBe(gateway.server.keepAliveTimeout)
    expect(rowOf('answer, bytes')).toEqual([longestAnswerHead(2), longestAnswerHead(1)])
    expect(embed.limits).toEqual(core.limits)
  })

  it.each([
    ['the gateway waits for an answer', waitMs(settings, 1)],
    ['the demo waits for the gateway', waitMs(settings, 2)],
    ['core and embed answer', answerMs(settings)],
    ['a model decides', constant('apps/core/src/settings.ts', 'defaultTimeoutMs')],
    ['embed decides for core', constant('apps/core/src/settings.ts', 'embedTimeoutMs')],
    ['a database connection', constant('packages/drift/src/database.ts', 'connectTimeoutMs')],
    ['a database statement', constant('packages/drift/src/database.ts', 'statementTimeoutMs')],
    ['a service stops', stopMs(settings)],
    ['the stack kills it', killMs(settings)],
    ['stop_grace_period', seconds('deploy/docker/docker-compose.yml', /stop_grace_period: (\d+)s/)],
    ['terminationGracePeriodSeconds', seconds('deploy/k8s/base/apps.yaml', /terminationGracePeriodSeconds: (\d+)/)],
    ['heartbeat of server-sent events', constant('packages/service/src/event-stream.ts', 'heartbeatMs')],
  ])('have the time of the code: %s', (text, ms) => {
    expect(rowOf(text)[0]).toBe(ms)
  })

  it('have times in the order that the rules name', () => {
    const [gateway, demo, answer, model, embed, connection, statement, stop, kill, compose, kubernetes] = [
      'the gateway waits',
      'the demo waits',
      'core and embed answer',
      'a model decides',
      'embed decides',
      'a database connection',
      'a database statement',
      'a service stops',
      'the stack kills',
      'stop_grace_period',
      'terminationGracePeriodSeconds',
    ].map((text) => rowOf(text)[0]!) as [
      number,
      number,
      number,
      number,
      number,
      number,
      number,
      number,
      number,
      number,
      number,
    ]
    expect(demo).toBeGreaterThan(gateway)
    expect(answer).toBeLessThan(gateway)
    expect(model + embed).toBeLessThanOrEqual(answer)
    expect(connection + statement).toBeLessThan(answer)
    expect(stop).toBeGreaterThanOrEqual(gateway)
    for (const longer of [kill, compose, kubernetes]) expect(longer).toBeGreaterThan(stop)
  })
})

function read(file: string): string {
  return readFileSync(new URL(`../${file}`, import.meta.url), 'utf8')
}

/** Returns a number that a source file defines. */
function constant(file: string, name: string): number {
  return Number(new RegExp(`const ${name} = ([\\d_]+)`).exec(read(file))![1]!.replaceAll('_', ''))
}

/** Returns the milliseconds of a number of seconds in a file. */
function seconds(file: string, pattern: RegExp): number {
  return Number(pattern.exec(read(file))![1]) * 1000
}
