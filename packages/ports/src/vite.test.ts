import { once } from 'node:events'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { createServer as createHttpServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createServer, preview, type InlineConfig, type Plugin } from 'vite'
import { describe, expect, it, onTestFinished } from 'vitest'
import { defineRegistry } from './define.js'
import { PORTS, services, type ServiceName } from './index.js'
import { ports } from './vite.js'

const serve = { command: 'serve' } as const
const registry = defineRegistry({
  services: {
    shop: {
      port: 4810,
      containerName: 'shop',
      variable: 'SHOP_PORT',
      scheme: 'http',
      status: 'active',
      summary: 'Shop',
    },
    api: { port: 4811, containerName: 'api', variable: 'API_PORT', scheme: 'http', status: 'active', summary: 'API' },
  },
  ranges: {},
  history: [],
})

async function listen(body = '', host = '127.0.0.1'): Promise<{ port: number; server: Server }> {
  const server = createHttpServer((request, response) => response.end(`${body}${request.url}`)).listen(0, host)
  await once(server, 'listening')
  onTestFinished(() => server.close().closeAllConnections())
  return { port: (server.address() as AddressInfo).port, server }
}

async function freePort(): Promise<number> {
  const { port, server } = await listen()
  await new Promise((resolve) => server.close(resolve))
  return port
}

async function makeConfig(plugin: Plugin, server?: InlineConfig['server']): Promise<InlineConfig> {
  const root = await mkdtemp(join(tmpdir(), 'vite-'))
  onTestFinished(() => rm(root, { recursive: true, force: true }))
  await writeFile(join(root, 'index.html'), '<title>Shop</title>')
  return { root, configFile: false, logLevel: 'silent', plugins: [plugin], ...(server && { server }) }
}

async function start(plugin: Plugin, server?: InlineConfig['server']) {
  const vite = await createServer(await makeConfig(plugin, server))
  onTestFinished(() => vite.close())
  await vite.listen()
  return vite
}

describe('ports', () => {
  it.each(Object.keys(services) as ServiceName[])('serves %s on its registered port, strictly', (service) => {
    const config = ports(service, { env: {} }).config({}, serve)
    const wanted = { port: PORTS[service], strictPort: true, host: 'localhost' }
    expect(config).toEqual({ server: wanted, preview: wanted })
  })

  it('leaves a build alone, even in an invalid environment', () => {
    const plugin = ports('shop', { registry, env: { SHOP_PORT: 'x' } })
    expect(plugin.config({}, { command: 'build' })).toBeUndefined()
  })

  it('follows the variable of the service, and listens there', async () => {
    const port = await freePort()
    const env = { SHOP_PORT: String(port), HOST: '127.0.0.1' }
    await start(ports('shop', { registry, env }))
    const page = await fetch(`http://127.0.0.1:${port}/`)
    expect(await page.text()).toContain('<title>Shop</title>')
  })

  it('forwards a path to the service that answers it, wherever the environment moves it', async () => {
    const { port: upstream } = await listen('api answers ')
    const port = await freePort()
    const env = { SHOP_PORT: String(port), HOST: '127.0.0.1', API_URL: `http://127.0.0.1:${upstream}` }
    const proxy = {
      '/api': 'api',
      '/v1': { service: 'api', rewrite: (path: string) => path.replace('/v1', '/v2') },
    } as const
    await start(ports('shop', { registry, env, proxy }))
    const read = async (path: string) => (await fetch(`http://127.0.0.1:${port}${path}`)).text()
    expect(await read('/api/orders')).toBe('api answers /api/orders')
    expect(await read('/v1/orders')).toBe('api answers /v2/orders')
  })

  it('does not take the next free port', async () => {
    const { port } = await listen()
    const env = { SHOP_PORT: String(port), HOST: '127.0.0.1' }
    await expect(start(ports('shop', { registry, env }))).rejects.toThrow(
      new RegExp(`^shop cannot listen on port ${port}: it is taken by .*, or set SHOP_PORT to a free port.$`),
    )
  })

  it.each(['127.0.0.1', '::1'])('fails on localhost when another process has its port at %s', async (host) => {
    const { port } = await listen('', host)
    const env = { SHOP_PORT: String(port) }
    await expect(start(ports('shop', { registry, env }))).rejects.toThrow(`shop cannot listen on port ${port}`)
  })

  it('applies to the preview server too', async () => {
    const port = await freePort()
    const config = await makeConfig(ports('shop', { registry, env: { SHOP_PORT: String(port), HOST: '127.0.0.1' } }))
    await writeFile(join(config.root!, 'built.html'), 'built')
    const server = await preview({ ...config, build: { outDir: '.' } })
    onTestFinished(() => server.close())
    expect(await (await fetch(`http://127.0.0.1:${port}/built.html`)).text()).toBe('built')
  })

  it.each(['server', 'preview'] as const)('refuses a %s.port that contradicts the registry', (key) => {
    expect(() => ports('shop', { registry, env: {} }).config({ [key]: { port: 5173 } }, serve)).toThrow(
      `${key}.port is 5173: expected ${registry.PORTS.shop}, the port of shop. Remove ${key}.port and --port, or set SHOP_PORT=5173.`,
    )
  })

  it('accepts a port in the configuration that is the service’s own', () => {
    expect(() =>
      ports('shop', { registry, env: { SHOP_PORT: '5173' } }).config({ server: { port: 5173 } }, serve),
    ).not.toThrow()
  })

  it.each([
    { env: { SHOP_PORT: '0' }, code: 'INVALID_PORT' },
    { env: { API_PORT: 'abc' }, code: 'INVALID_PORT' },
    { env: { API_URL: 'http:c' }, code: 'INVALID_URL' },
    { env: { DRIFTOS_PORT_OFFSET: '1.5' }, code: 'INVALID_OFFSET' },
    { env: { SHOP_PORT: '4811' }, code: 'COLLISION' },
  ])('stops Vite at $env', ({ env, code }) => {
    const plugin = ports('shop', { registry, env, proxy: { '/api': 'api' } })
    expect(() => plugin.config({}, serve)).toThrow(expect.objectContaining({ code }))
  })
})
