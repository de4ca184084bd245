import { describe, expect, it } from 'vitest'
import { findUnsound, matchesOf } from '../matches.fixture.js'

const local = 'host local, scheme http'

describe('readJavaScript', () => {
  it.each<[text: string, expected: string[]]>([
    // Servers.
    ['const note = "see // docs"; app.listen(3001)', ['3001 listen host']],
    ["app.listen({ port: 3001, host: '0.0.0.0' })", ['3001 listen host port=variable']],
    ['serve({ fetch: app.fetch, port: 3001 })', ['3001 listen host port=variable']],
    ['Bun.serve({ port: env.PORT ?? 3001 })', ['3001 listen host PORT=variable port=variable [override PORT]']],
    ['export default { port: 3001, fetch: app.fetch }', ['3001 listen host port=variable']],
    ['startStandaloneServer(server, { listen: { port: 3001 } })', ['3001 listen host port=variable']],
    ['@WebSocketGateway(3001) class Events {}', ['3001 listen host']],
    ["app.listen(config.get<number>('PORT', 3001))", ['3001 listen host PORT=variable [override PORT]']],
    ["app.listen({ port: 3001, host: '::', backlog: 511 })", ['3001 listen host port=variable']],
    ['new Server({ pingTimeout: 20000 }).listen(3001)', ['3001 listen host']],
    ['Bun.serve({ port: 3001, idleTimeout: 3000 })', ['3001 listen host port=variable']],
    ['const port = 3001; app.listen(port)', ['3001 listen host port=variable']],
    // Defaults.
    [
      'const port = process.env.CORE_PORT ?? 3001',
      ['3001 default host CORE_PORT=variable port=variable [override CORE_PORT]'],
    ],
    [
      "const port = Number(process.env['PORT']) || '3001'",
      ['3001 default host PORT=variable port=variable [override PORT]'],
    ],
    [
      "const port = parseInt(process.env.PORT || '3001', 10)",
      ['3001 default host PORT=variable port=variable [override PORT]'],
    ],
    ['const x = parseInt(process.env.PORT, 10)', []],
    [
      "const p = Deno.env.get('CORE_PORT') || 3001",
      ['3001 default host CORE_PORT=variable p=variable [override CORE_PORT]'],
    ],
    [
      'const { CORE_PORT: p = 3001 } = process.env',
      ['3001 default host CORE_PORT=variable p=variable [override CORE_PORT]'],
    ],
    ["process.env.PORT ??= '3001'", ['3001 default host PORT=variable [override PORT]']],
    ["process.env.PORT = '3001'", ['3001 value host PORT=variable']],
    [
      'const p = process.env.PORT ? +process.env.PORT : 3001',
      ['3001 default host PORT=variable p=variable [override PORT]'],
    ],
    [
      'z.object({ CORE_PORT: z.coerce.number().default(3001).optional() })',
      ['3001 default host CORE_PORT=variable [override CORE_PORT]'],
    ],
    [
      'cleanEnv(process.env, { CORE_PORT: port({ devDefault: 3001 }) })',
      ['3001 default host CORE_PORT=variable [override CORE_PORT]'],
    ],
    [
      "const port = env.get('CORE_PORT').default('3001').asPortNumber()",
      ['3001 default host CORE_PORT=variable port=variable [override CORE_PORT]'],
    ],
    [
      "const u = import.meta.env.VITE_CORE_URL || 'http://localhost:3001'",
      [`3001 reach host VITE_CORE_URL=variable u=variable [${local}, override VITE_CORE_URL]`],
    ],
    // Owners.
    ['const PORTS = { core: 3001 } as const', ['3001 value host core=variable']],
    ['enum Ports { Core = 3001 }', ['3001 value host Core=variable']],
    [
      'const config = { server: { port: 3001 }, db: { port: 5432 } }',
      ['3001 value host port=variable', '5432 value host port=variable db=block'],
    ],
    ['createPool({ port: 5432 })', ['5432 value host port=variable createPool=block']],
    [
      "x({ host: config.get('CORE_HOST', 'localhost'), port: config.get('CORE_PORT', 3001) })",
      ['3001 default host CORE_PORT=variable port=variable x_port=variable x=block [host local, override CORE_PORT]'],
    ],
    ["createPool({ host: 'db', port: 5432 })", ['5432 reach container db=host port=variable createPool=block']],
    [
      "function connect(host = 'localhost', port = 5432) {}",
      ['5432 reach host port=variable connect=block [host local]'],
    ],
    [
      "module.exports = { apps: [{ name: 'core', env: { PORT: 3001 } }] }",
      ['3001 value host PORT=variable core=block'],
    ],
    ["app.set('port', 3001)", ['3001 value host port=variable']],
    ["program.option('-p, --port <port>', 'port', '3001')", ['3001 value host port=variable']],
    ["const port = Number(config.get('redis.port') || 6379)", ['6379 value host port=variable redis=block']],
    ["const port = config.get('redis.port', 6379)", ['6379 value host port=variable redis=block']],
    ['const port = config.redis.port || 6379', ['6379 value host port=variable redis=block']],
    ['const port = options.port ?? 3001', ['3001 value host port=variable']],
    ["throw createHttpError(415, 'no'); const port = isSecure ? 443 : 80", []],
    // Addresses.
    ["const x = { example: 'http://localhost:3001' }", [`3001 reach host example=variable [${local}, isExample]`]],
    ["fetch('http://localhost:3001/x')", [`3001 reach host [${local}]`]],
    ['fetch(`http://${host}:3001`)', ['3001 reach host [host variable, scheme http]']],
    ['fetch(`http://localhost:${port}`)', []],
    [
      'fetch(`http://localhost:${process.env.CORE_PORT ?? 3001}`)',
      ['3001 reach host CORE_PORT=variable [host local, override CORE_PORT]'],
    ],
    ["const coreUrl = 'http://localhost:3001' + path", [`3001 reach host coreUrl=variable [${local}]`]],
    ["const origins = ['http://localhost:3001']", [`3001 reach host [${local}, isListItem]`]],
    // No statement, or not about the present.
    ["if (url.port === '3001') {}", ['3001 value host port=variable [isComparison]']],
    ['switch (port) { case 3001: }', ['3001 value host port=variable [isComparison]']],
    ["describe('x', () => { app.listen(3001) })", ['3001 listen host [isTest]']],
    ['// http://localhost:3001', [`3001 reach host [${local}, isComment]`]],
    ['setTimeout(run, 3000); const timeout = 3000; const supportPort2 = base + 3000', []],
    ["exec('next dev -p 3001')", ['3001 flag host']],
  ])('reads %s', async (text, expected) => {
    expect(await matchesOf('src/a.ts', text)).toEqual(expected)
  })

  it.each<[path: string, text: string, expected: string[]]>([
    [
      'vite.config.ts',
      'export default defineConfig(() => ({ server: { port: 5173 } }))',
      ['5173 listen host port=variable'],
    ],
    ['vite.config.ts', 'export default { preview: { port: 4173 } }', ['4173 value host port=variable preview=block']],
    [
      'vite.config.ts',
      "export default { server: { proxy: { '/api': 'http://localhost:3000' } } }",
      [`3000 reach host /api=variable [${local}, follower proxy target]`],
    ],
    [
      'vite.config.ts',
      "export default { server: { proxy: { '/api': { target: 'http://localhost:3000' } } } }",
      [`3000 reach host target=variable [${local}, follower proxy target]`],
    ],
    [
      'next.config.js',
      "module.exports = { rewrites() { return [{ destination: 'http://localhost:3001/x' }] } }",
      [`3001 reach host destination=variable [${local}, follower proxy target]`],
    ],
    [
      'playwright.config.ts',
      "export default { use: { baseURL: 'http://localhost:3000' } }",
      [`3000 reach host baseURL=variable use_baseURL=variable [${local}, follower base URL]`],
    ],
    [
      'playwright.config.ts',
      'export default { webServer: { port: 3000 } }',
      ['3000 reach host port=variable [host local, follower base URL]'],
    ],
    [
      'playwright.config.ts',
      'export default { use: { baseURL: `http://localhost:${process.env.PORT ?? 3000}` } }',
      ['3000 reach host PORT=variable baseURL=variable [host local, override PORT]'],
    ],
    ['playwright.config.ts', "export default { webServer: { command: 'pnpm dev --port 3000' } }", ['3000 flag host']],
    [
      'a.tsx',
      '<Server port={3001}>http://localhost:3002</Server>',
      ['3001 value host port=variable Server=block', `3002 reach host [${local}]`],
    ],
  ])('reads %s: %s', async (path, text, expected) => {
    expect(await matchesOf(path, text)).toEqual(expected)
  })

  it('reads a list of thirty thousand addresses', async () => {
    const text = `export default [${"'http://localhost:3001',".repeat(30_000)}]`
    expect(await matchesOf('a.ts', text)).toHaveLength(30_000)
  })

  it('returns the number of each match for any text', async () => {
    expect(await findUnsound('a.ts')).toBeUndefined()
  })
})
