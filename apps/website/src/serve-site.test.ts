import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { brotliDecompressSync, gunzipSync } from 'node:zlib'
import {
  findService,
  getOrigin,
  history,
  isRegisteredPort,
  PORTS,
  ranges,
  services,
  type Env,
  type RangeDefinition,
} from '@driftos/ports'
import { afterAll, beforeAll, describe, expect, it, onTestFinished } from 'vitest'
import { buildWebsite } from './app.js'
import { pageEntry } from './assets.js'
import { collectContent } from './collect-content.js'
import { contentFile } from './content.js'
import { definitionOf, serviceNames } from './definitions.js'
import { findDirectory } from './directory.js'
import { documentationOf } from './page/documentation-of.js'
import { serveSite } from './serve-site.js'

let folder: string

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'driftos-site-'))
  await mkdir(join(folder, 'client/.vite'), { recursive: true })
  const manifest = { [pageEntry]: { file: 'assets/main-a1b2c3.js', css: ['assets/main-d4e5f6.css'] } }
  await writeFile(join(folder, 'client/.vite/manifest.json'), JSON.stringify(manifest))
  await writeFile(join(folder, contentFile), JSON.stringify(collectContent()))
  await writeFile(join(folder, 'client/index.html'), 'the built page')
  await writeFile(join(folder, 'client/icon.svg'), '<svg/>')
})
afterAll(() => rm(folder, { recursive: true }))

function build(env: Env = {}) {
  const app = buildWebsite({ LOG_LEVEL: 'silent', ...env })
  onTestFinished(() => app.close())
  serveSite(app, env, folder)
  return app
}

const [first, other] = serviceNames.filter((name) => definitionOf(name).scheme === 'http')
const { variable, containerName, aliases = [] } = definitionOf(first!)
/** A misspelled variable: the registry's names end in `_PORT`. */
const unknown = `${variable}x`
const reserved = Object.values<RangeDefinition>(ranges).flatMap((range) => range.reserved?.last ?? [])

describe('a page', () => {
  it('is rendered, with its data and without inline code', async () => {
    const response = await build().inject('/')
    expect(response.statusCode).toBe(200)
    expect(response.headers).toMatchObject({
      'content-type': 'text/html; charset=utf-8',
      'cache-control': 'no-cache',
      'content-security-policy': expect.stringContaining("default-src 'none'") as string,
    })
    for (const [service, port] of Object.entries(PORTS)) {
      expect(response.body).toContain(`>${service}</a>`)
      expect(response.body).toContain(`<strong>${port}</strong>`)
    }
    expect(response.body).toContain('<script type="module" src="/assets/main-a1b2c3.js"></script>')
    expect(response.body).not.toMatch(/ style=| on\w+="/)
  })

  it('has the numbers and links of the environment', async () => {
    const url = definitionOf(other!).variable.replace(/PORT$/, 'URL')
    const env = { DRIFTOS_PORT_OFFSET: '100', [variable]: '44101', [url]: 'https://other.example.com' }
    const { body } = await build(env).inject('/')
    for (const service of serviceNames) expect(body).toContain(getOrigin(service, env))
    expect(body).toContain('<strong>44101</strong>')
    expect(body).toContain(`<a href="https://other.example.com"`)
    for (const entry of findDirectory(env).filter(documentationOf)) {
      const page = await build(env).inject(`/ports/${entry.service}`)
      expect(page.body).toContain(`<a href="${entry.address}/documentation">`)
    }
  })

  it.each([
    ...[PORTS[first!], containerName, variable, variable.toLowerCase(), `${first}/`, ...aliases].map((name) => [
      `/ports/${name}`,
      `/ports/${first}`,
    ]),
    ['/ports', '/'],
    ['/ports?q=x', '/?q=x'],
  ])('has one address: %s redirects to %s', async (path, location) => {
    const response = await build().inject(path)
    expect([response.statusCode, response.headers.location]).toEqual([302, location])
  })

  it.each<readonly [string, number, string | undefined]>([
    [`/ports/${first}`, 200, `${first}, port ${PORTS[first!]} · DriftOS ports`],
    ...[...history.map(({ from }) => from), ...reserved].flatMap((port) => {
      const status = findService(port)?.status
      return status === 'assigned' ? [] : [[`/ports/${port}`, 200, `Port ${port}, ${status} · DriftOS ports`] as const]
    }),
    // No port above the start of the systems' ephemeral range can be registered.
    ['/ports/65000', 404, 'Port 65000, not registered · DriftOS ports'],
    ['/ports/70000', 404, 'Nothing here · DriftOS ports'],
    [`/ports/${unknown}`, 404, 'Nothing here · DriftOS ports'],
    ['/history', 200, 'History · DriftOS ports'],
    ['/use', 200, 'Use it · DriftOS ports'],
    ['/use/more', 404, 'Nothing here · DriftOS ports'],
    [`/ports/${first}/more`, 404, 'Nothing here · DriftOS ports'],
    ['/nowhere', 404, 'Nothing here · DriftOS ports'],
    ['/index.html', 404, 'Nothing here · DriftOS ports'],
    ['/%E0%A4%A', 400, undefined],
  ])('%s answers %i as %s', async (path, status, title) => {
    const response = await build().inject(path)
    expect([response.statusCode, /<title>(.*)<\/title>/.exec(response.body)?.[1]]).toEqual([status, title])
  })

  it('suggests the nearest service for an unknown name, and finds a number that an override uses', async () => {
    const app = build({ [variable]: '44101' })
    expect((await app.inject(`/ports/${unknown}`)).body).toContain(`<a href="/ports/${first}">`)
    const here = await app.inject('/ports/44101')
    expect(here.statusCode).toBe(200)
    expect(here.body).toContain('moved from')
  })

  it('can be searched without JavaScript, with any text', async () => {
    const app = build()
    for (const { from, service } of history.filter((move) => !isRegisteredPort(move.from))) {
      const { body } = await app.inject(`/?q=${from}`)
      expect(body).toMatch(/is retired/)
      expect(body).toContain(`>${service}</a>`)
    }
    const hostile = await app.inject(`/?q=${encodeURIComponent('"></script><script>alert(1)</script>')}`)
    expect(hostile.statusCode).toBe(200)
    expect(hostile.body).not.toContain('<script>alert')
  })
})

describe('a response', () => {
  it.each([
    ['br', brotliDecompressSync],
    ['gzip', gunzipSync],
  ] as const)('is compressed by %s for a client that accepts it', async (encoding, decompress) => {
    const app = build()
    const plain = await app.inject('/')
    const response = await app.inject({ url: '/', headers: { 'accept-encoding': encoding } })
    expect(response.headers).toMatchObject({ 'content-encoding': encoding, vary: 'accept-encoding' })
    expect(decompress(response.rawPayload).toString()).toBe(plain.body)
    expect(response.rawPayload.length).toBeLessThan(plain.rawPayload.length / 3)
  })

  it('is 304 without a body for a page that the client has, compressed or not', async () => {
    const app = build()
    const { etag } = (await app.inject('/')).headers
    for (const encoding of ['br', 'identity']) {
      const headers = { 'if-none-match': String(etag), 'accept-encoding': encoding }
      const response = await app.inject({ url: '/', headers })
      expect([response.statusCode, response.body]).toEqual([304, ''])
    }
    const another = await app.inject({ url: '/use', headers: { 'if-none-match': String(etag) } })
    expect(another.statusCode).toBe(200)
  })
})

it('leaves the API, the files and other methods unchanged', async () => {
  const app = build()
  expect((await app.inject('/api/ports')).json()).toHaveLength(Object.keys(services).length)
  expect((await app.inject('/icon.svg')).body).toBe('<svg/>')
  expect((await app.inject('/api/nowhere')).headers['content-type']).toContain('application/json')
  expect((await app.inject({ method: 'POST', url: '/' })).statusCode).toBe(404)
})

it('is not served with an invalid link', () => {
  expect(() => build({ [variable.replace(/PORT$/, 'LINK')]: 'x' })).toThrow('_LINK is not a valid link')
})
