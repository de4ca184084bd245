import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Env } from '@driftos/ports'
import { ports } from '@driftos/ports/vite'
import getPort from 'get-port'
import { describe, expect, it, onTestFinished } from 'vitest'
import { createServer, resolveConfig } from 'vite'
import { createService } from './create.js'
import { caller, upstreamVariable, variableOf } from './services.fixture.js'
import { driftosService } from './vite.js'

/** Creates Vite's development server for a page and a service, without listening. */
async function createDevServer(env: Env) {
  const root = await mkdtemp(join(tmpdir(), 'driftos-vite-'))
  onTestFinished(() => rm(root, { recursive: true }))
  await writeFile(join(root, 'index.html'), '<!doctype html><title>a page</title>')
  const build = (given: Env) => {
    const app = createService({ service: caller, version: '1.2.3', env: { LOG_LEVEL: 'silent', ...given } })
    app.get('/api/ports', () => ['a port'])
    return app
  }
  const server = await createServer({
    root,
    configFile: false,
    logLevel: 'silent',
    optimizeDeps: { noDiscovery: true },
    plugins: [ports(caller, { env }), driftosService(caller, build, env)],
  })
  onTestFinished(() => server.close())
  return server
}

describe('driftosService', () => {
  it("serves the service's routes and Vite's page on the service's port", async () => {
    const port = await getPort()
    const server = await createDevServer({ [variableOf(caller)]: String(port) })
    await server.listen()
    const get = (path: string) => fetch(`http://localhost:${port}${path}`)
    expect(await (await get('/health')).json()).toMatchObject({ status: 'ok', service: caller, version: '1.2.3' })
    expect(await (await get('/api/ports?x=1')).json()).toEqual(['a port'])
    expect((await get('/metrics')).headers.get('content-type')).toContain('text/plain')
    expect((await get('/api/nowhere')).status).toBe(404)
    expect(await (await get('/')).text()).toContain('<title>a page</title>')
    expect(await (await get('/healthy')).text()).toContain('<title>a page</title>')
  })

  it('does not start with an invalid variable', async () => {
    await expect(createDevServer({ [upstreamVariable]: 'x' })).rejects.toThrow(`${upstreamVariable}="x" is not a port`)
  })

  it('listens on PORT and HOST', async () => {
    const port = await getPort()
    const server = await createDevServer({ PORT: String(port), HOST: '127.0.0.1' })
    await server.listen()
    expect(server.httpServer!.address()).toMatchObject({ address: '127.0.0.1', port })
  })

  it('does not read the environment for a build', async () => {
    const plugins = [
      ports(caller, { env: { [upstreamVariable]: 'x' } }),
      driftosService(caller, () => Promise.reject(new Error('built')), { [upstreamVariable]: 'x' }),
    ]
    await expect(resolveConfig({ configFile: false, plugins }, 'build')).resolves.toBeDefined()
  })
})
