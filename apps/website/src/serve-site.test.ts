import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { getOrigin, history, isRegisteredPort, PORTS, ranges, services, type Env } from '@driftos/ports'
import { afterAll, beforeAll, describe, expect, it, onTestFinished } from 'vitest'
import { buildWebsite } from './app.js'
import { pageEntry } from './assets.js'
import { serveSite } from './serve-site.js'

let folder: string

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'driftos-site-'))
  await mkdir(join(folder, 'client/.vite'), { recursive: true })
  const manifest = { [pageEntry]: { file: 'assets/main-a1b2c3.js', css: ['assets/main-d4e5f6.css'] } }
  await writeFile(join(folder, 'client/.vite/manifest.json'), JSON.stringify(manifest))
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

const retired = history.find(({ from }) => !isRegisteredPort(from))!

describe('a page', () => {
  it('comes rendered, with what it was rendered from, and nothing that runs in it', async () => {
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
    const env = { DRIFTOS_PORT_OFFSET: '100', CORE_PORT: '4101', EMBED_URL: 'https://embed.example.com' }
    const { body } = await build(env).inject('/')
    for (const service of ['gateway', 'core', 'embed'] as const)
      expect(body).toContain(`<a href="${getOrigin(service, env)}">`)
    expect(body).toContain('<strong>4101</strong>')
    expect(body).toContain(`<a href="https://embed.example.com/documentation">`)
  })

  it.each([
    ['/ports/llm', '/ports/core'],
    [`/ports/${PORTS.core}`, '/ports/core'],
    ['/ports/core/', '/ports/core'],
    ['/ports/CORE_PORT', '/ports/core'],
    ['/ports', '/'],
    ['/ports?q=core', '/?q=core'],
  ])('stands at one address: %s leads to %s', async (path, location) => {
    const response = await build().inject(path)
    expect([response.statusCode, response.headers.location]).toEqual([302, location])
  })

  it.each([
    ['/ports/core', 200, `core, port ${PORTS.core} · DriftOS ports`],
    [`/ports/${retired.from}`, 200, `Port ${retired.from}, retired · DriftOS ports`],
    [`/ports/${ranges.services.reserved.last}`, 200, `Port ${ranges.services.reserved.last}, reserved · DriftOS ports`],
    ['/ports/4000', 404, 'Port 4000, not registered · DriftOS ports'],
    ['/ports/70000', 404, 'Nothing here · DriftOS ports'],
    ['/ports/gatway', 404, 'Nothing here · DriftOS ports'],
    ['/ports/core/more', 404, 'Nothing here · DriftOS ports'],
    ['/nowhere', 404, 'Nothing here · DriftOS ports'],
    ['/index.html', 404, 'Nothing here · DriftOS ports'],
    ['/%E0%A4%A', 400, undefined],
  ])('%s answers %i as %s', async (path, status, title) => {
    const response = await build().inject(path)
    expect([response.statusCode, /<title>(.*)<\/title>/.exec(response.body)?.[1]]).toEqual([status, title])
  })

  it('that is missing names the nearest, and a number where it is here', async () => {
    const app = build({ CORE_PORT: '4101' })
    expect((await app.inject('/ports/gatway')).body).toContain('<a href="/ports/gateway">')
    const here = await app.inject('/ports/4101')
    expect(here.statusCode).toBe(200)
    expect(here.body).toContain('moved from')
  })

  it('is searched without JavaScript, whatever is searched for', async () => {
    const app = build()
    const { body } = await app.inject(`/?q=${retired.from}`)
    expect(body).toContain(`is retired: <a href="/ports/${retired.service}">`)
    const hostile = await app.inject(`/?q=${encodeURIComponent('"></script><script>alert(1)</script>')}`)
    expect(hostile.statusCode).toBe(200)
    expect(hostile.body).not.toContain('<script>alert')
  })
})

it('leaves the API, the files and other methods as they are', async () => {
  const app = build()
  expect((await app.inject('/api/ports')).json()).toHaveLength(Object.keys(services).length)
  expect((await app.inject('/icon.svg')).body).toBe('<svg/>')
  expect((await app.inject('/api/nowhere')).headers['content-type']).toContain('application/json')
  expect((await app.inject({ method: 'POST', url: '/' })).statusCode).toBe(404)
})

it('is not served with a link that leads nowhere', () => {
  expect(() => build({ CORE_LINK: 'core' })).toThrow('CORE_LINK is not an address')
})
