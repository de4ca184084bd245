import { once } from 'node:events'
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { text } from 'node:stream/consumers'
import { request, type IncomingMessage } from 'node:http'
import { brotliCompressSync, brotliDecompressSync, gunzipSync, gzipSync } from 'node:zlib'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { createService } from './create.js'
import { servePages } from './pages.js'
import { caller } from './services.fixture.js'

let folder: string
let app: ReturnType<typeof createService>
let origin: string

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'driftos-pages-'))
  await mkdir(join(folder, 'client/assets'), { recursive: true })
  await writeFile(join(folder, 'client/index.html'), '<!doctype html><title>DriftOS</title>')
  await writeFile(join(folder, 'client/icon.svg'), '<svg xmlns="http://www.w3.org/2000/svg"/>')
  await writeFile(join(folder, 'client/assets/index-a1b2c3.js'), 'export {}')
  await writeFile(join(folder, 'client/assets/index-a1b2c3.js.br'), brotliCompressSync('export {}'))
  await writeFile(join(folder, 'client/assets/index-a1b2c3.js.gz'), gzipSync('export {}'))
  await writeFile(join(folder, 'secret.txt'), 'hunter2')
  app = createService({ service: caller, version: '1.0.0', env: { LOG_LEVEL: 'silent' } })
  servePages(app, join(folder, 'client'))
  origin = await app.listen({ port: 0, host: '127.0.0.1' })
})

afterAll(async () => {
  await app.close()
  await rm(folder, { recursive: true })
})

describe('servePages', () => {
  it.each([
    ['/', 'text/html; charset=utf-8', 'no-cache'],
    ['/index.html', 'text/html; charset=utf-8', 'no-cache'],
    ['/icon.svg', 'image/svg+xml', 'no-cache'],
    ['/assets/index-a1b2c3.js', 'application/javascript; charset=utf-8', 'public, max-age=31536000, immutable'],
  ])('serves %s with its type and caching headers', async (path, type, cacheControl) => {
    const response = await app.inject(path)
    expect(response.statusCode).toBe(200)
    expect(response.headers).toMatchObject({
      'content-type': type,
      'cache-control': cacheControl,
      'x-content-type-options': 'nosniff',
      'content-security-policy': expect.stringContaining("default-src 'none'") as string,
      'referrer-policy': 'no-referrer',
      'cross-origin-opener-policy': 'same-origin',
      'permissions-policy': expect.stringContaining('camera=()') as string,
    })
  })

  it('forbids frames, foreign bases, inline scripts and foreign sources', async () => {
    const policy = String((await app.inject('/')).headers['content-security-policy'])
    expect(policy).toContain("frame-ancestors 'none'")
    expect(policy).toContain("base-uri 'none'")
    expect(policy).not.toMatch(/unsafe|\*|https?:/)
    expect((await app.inject('/health')).headers['content-security-policy']).toBe(policy)
  })

  it.each([
    ['gzip, br', 'br', brotliDecompressSync],
    ['gzip', 'gzip', gunzipSync],
    ['identity', undefined, (body: Buffer) => body],
  ])('sends a file compressed if the browser accepts it, %s', async (accepted, encoding, unpack) => {
    const response = await app.inject({ url: '/assets/index-a1b2c3.js', headers: { 'accept-encoding': accepted } })
    expect(response.headers['content-encoding']).toBe(encoding)
    expect(response.headers).toMatchObject({
      vary: 'accept-encoding',
      'content-type': expect.stringMatching(/javascript/) as string,
    })
    expect(unpack(response.rawPayload).toString()).toBe('export {}')
  })

  it('does not serve the files that the app renders itself', async () => {
    const rendering = createService({ service: caller, version: '1.0.0', env: { LOG_LEVEL: 'silent' } })
    servePages(rendering, join(folder, 'client'), { ignore: ['**/*.html'] })
    rendering.get('/*', () => 'rendered')
    const bodyOf = async (path: string) => (await rendering.inject(path)).body
    expect(await Promise.all(['/', '/index.html', '/icon.svg'].map(bodyOf))).toEqual([
      'rendered',
      'rendered',
      expect.stringContaining('<svg') as string,
    ])
    await rendering.close()
  })

  it('answers 304 to a browser that has the page', async () => {
    const { etag } = (await app.inject('/')).headers
    const response = await app.inject({ url: '/', headers: { 'if-none-match': String(etag) } })
    expect(response.statusCode).toBe(304)
    expect(response.headers['cache-control']).toBe('no-cache')
  })

  it.each([
    '/../secret.txt',
    '/..%2fsecret.txt',
    '/%2e%2e/secret.txt',
    '/assets/..%2f..%2fsecret.txt',
    '/assets/../../secret.txt',
    '/..%5csecret.txt',
    '//secret.txt',
    '/assets',
    '/assets/',
    '/nowhere.js',
    '/assets/index-a1b2c3.js.br',
  ])('serves no other path, %s', async (path) => {
    // fetch and `inject` would normalize such a path.
    const [response] = (await once(request(origin, { path, agent: false }).end(), 'response')) as [IncomingMessage]
    const body = await text(response)
    expect(response.statusCode).toBeGreaterThanOrEqual(400)
    expect(response.statusCode).toBeLessThan(500)
    expect(body).not.toContain('hunter2')
    expect(response.headers['content-type']).toContain('application/json')
  })

  it('does not shadow the service’s own routes', async () => {
    expect((await app.inject('/health')).json()).toMatchObject({ service: caller })
  })
})
