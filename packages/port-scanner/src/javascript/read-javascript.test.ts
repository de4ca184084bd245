import { readFileSync } from 'node:fs'
import fc from 'fast-check'
import { parseSync } from 'oxc-parser'
import { describe, expect, it } from 'vitest'
import { readProgram } from './program.js'
import { readJavaScript } from './read-javascript.js'
import { describeSightings } from '../sightings.fixture.js'

/** What is seen in a program, a line each, without where. */
function see(text: string, path = 'main.tsx'): string[] {
  const lines = describeSightings(readJavaScript, text, path).split('\n')
  return lines.filter((line) => line !== '').map((line) => line.replace(/^\S+ /, ''))
}

describe('readJavaScript', () => {
  it.each([
    ['app.listen(4000)', '4000 listen, host | context app.listen'],
    ['app.listen({ port: 4000 })', '4000 listen, host | variable port | context app.listen'],
    ['const PORT = 4000', '4000 listen, host | variable PORT'],
    ['const PORT = 30_795', '30795 listen, host | variable PORT'],
    ['class Core { port = 3001 }', '3001 listen, host | variable Core.port | context Core'],
    ['function start(port = 3000) {}', '3000 listen, host | variable port | context start'],
    ['interface Gateway { port: 3000 }', '3000 listen, host | variable Gateway.port'],
    ['const port = isLocal ? 3000 : x', '3000 listen, host | variable port'],
    ['const defaultPort = () => 3000', '3000 listen, host | variable defaultPort | context defaultPort'],
    ['enum Ports { Gateway = 3000 }', '3000 listen, host | variable Ports.Gateway'],
    ['const PORTS = { gateway: 3000 } as const', '3000 listen, host | variable PORTS.gateway'],
    ['const c = { services: { core: { port: 3001 } } }', '3001 listen, host | variable c.services.core.port'],
    ["const list = [{ name: 'core', port: 3001 }]", '3001 listen, host | variable list.port | name core'],
    ["const PORTS = new Map([['core', 3001]])", '3001 listen, host | variable PORTS | name core'],
    ["const byPort = { 3001: 'core' }", '3001 listen, host | variable byPort | name core'],
    [
      "const ports = ['3001:3000']",
      '3001 publish, host | variable ports',
      '3000 container, container | variable ports',
    ],
    ['new WebSocketServer({ port: 8080 })', '8080 listen, host | variable port | context WebSocketServer'],
    ['<Server port={3000} width={3000} />', '3000 listen, host | variable Server.port'],
    ['await waitForPort("db", 5432, 30000)', '5432 listen, host | name db | context waitForPort'],
    ['function run(port) {}; run(3000, 5000)', '3000 listen, host | context run'],
    ['for (const [name, port] of [["core", 3001]]) x()', '3001 listen, host | variable port | name core'],
    ['it.each([["core", 3001, 3002]])("%s", (name, port, ms) => {})', '3001 listen, host | variable port | name core'],
    [
      'it.each([3000, 3001])("%i", (port) => {})',
      '3000 listen, host | variable port',
      '3001 listen, host | variable port',
    ],
    ['[["core", 3001]].forEach(([name, port]) => {})', '3001 listen, host | variable port | name core'],
    [
      '@WebSocketGateway(3001) class Chat {}',
      '3001 listen, host | variable Chat | context WebSocketGateway | context Chat',
    ],
    [
      'getPort({ port: makeRange(3000, 3100) })',
      '3000 listen, host | variable port | context getPort',
      '3100 listen, host | variable port | context getPort',
    ],
    ['for (const port of [3000]) use(port)', '3000 listen, host | variable port'],
  ])('sees what listens in %s', (text, ...sightings) => {
    expect(see(text)).toEqual(sightings)
  })

  it.each([
    ['const x = process.env.CORE_PORT ?? 3001', '3001 env default, host | variable CORE_PORT | variable x'],
    ["const port = process.env['CORE_PORT'] || '3001'", '3001 env default, host | variable CORE_PORT | variable port'],
    ['const port = import.meta.env.VITE_PORT || 3000', '3000 env default, host | variable VITE_PORT | variable port'],
    ["const PORT = parseInt(process.env.PORT ?? '3000', 10)", '3000 env default, host | variable PORT'],
    ['const PORT = process.env.PORT ? +process.env.PORT : 3000', '3000 env default, host | variable PORT'],
    ['const { PORT = 3000 } = process.env', '3000 env default, host | variable PORT'],
    ["start(config.get('PORT', 3000))", '3000 env default, host | variable PORT | context config.get | context start'],
    [
      "const x = getEnv('CORE_PORT', '3001')",
      '3001 env default, host | variable CORE_PORT | variable x | context getEnv',
    ],
    [
      'Type.Object({ PORT: Type.Number({ default: 3000 }) })',
      '3000 env default, host | variable PORT | context Type.Object',
    ],
    [
      'const s = { PORT: v.optional(v.pipe(v.string(), v.maxValue(65_535)), "3000") }',
      '3000 env default, host | variable PORT | variable s.PORT',
    ],
    [
      'z.object({ PORT: z.coerce.number().min(1024).default(3000) })',
      '3000 env default, host | variable PORT | context z.object',
    ],
    [
      'cleanEnv(env, { PORT: port({ default: 3000 }) })',
      '3000 env default, host | variable PORT | context port | context cleanEnv',
    ],
    [
      'const s = { PORT: { type: "number", default: 3000 } }',
      '3000 env default, host | variable PORT | variable s.PORT',
    ],
    [
      "convict({ port: { format: 'port', default: 3000, env: 'CORE_PORT' } })",
      '3000 env default, host | variable CORE_PORT | variable port | context convict',
    ],
    ["env.get('PORT').default(3000).asPortNumber()", '3000 env default, host | variable PORT'],
    [
      'const x = toPortOr(process.env.CORE_PORT, 3001)',
      '3001 env default, host | variable CORE_PORT | variable x | context toPortOr',
    ],
    ["start({ CORE_PORT: '3001' })", '3001 env value, host | variable CORE_PORT | context start'],
    [
      "const define = { 'process.env.CORE_PORT': '3001' }",
      '3001 env value, host | variable CORE_PORT | variable define',
    ],
    ["process.env.CORE_PORT = '3001'", '3001 env value, host | variable CORE_PORT'],
    ["vi.stubEnv('CORE_PORT', '4101')", '4101 env value, host | variable CORE_PORT | context vi.stubEnv'],
    [
      "const e = [{ name: 'CORE_PORT', value: '3001' }]",
      '3001 env value, host | variable CORE_PORT | variable e.CORE_PORT',
    ],
    [
      "module.exports = { apps: [{ name: 'core', env: { PORT: 3001 } }] }",
      '3001 env value, host | variable PORT | variable exports.apps.env.PORT | name core',
    ],
  ])('sees the variable in %s', (text, ...sightings) => {
    expect(see(text)).toEqual(sightings)
  })

  it.each([
    ["const coreUrl = 'http://localhost:3001/api'", '3001 url, host | context /api | variable coreUrl'],
    ['const u = `http://${CORE_HOST}:3001`', '3001 url, host | name CORE_HOST | variable u'],
    ["const u = `redis://${env.REDIS_HOST ?? 'redis'}:6379`", '6379 url, container | name redis | variable u'],
    [
      'const u = `http://localhost:${process.env.CORE_PORT || 3001}/x`',
      '3001 env default, host | variable CORE_PORT | variable u',
    ],
    ['const u = `http://localhost:${3001}`', '3001 url, host | variable u'],
    ["const u = 'http://localhost:' + 3001", '3001 url, host | variable u'],
    ['log(`Gateway: http://localhost:3000`)', '3000 url, host | label Gateway'],
    ["const u = process.env.CORE_URL ?? 'http://localhost:3001'", '3001 url, host | variable CORE_URL | variable u'],
    ["const u = name === 'core' ? 'http://localhost:3001' : x", '3001 url, host | variable u | name core'],
    ["cors({ origin: ['http://localhost:3000'] })", '3000 url, host | variable origin'],
    ["net.connect(5432, 'db')", '5432 url, host | context net.connect'],
    ["const db = { host: 'postgres', port: 5432 }", '5432 url, container | variable db.port | name postgres'],
    [
      "const db = { host: 'db.example.com', port: 5432 }",
      '5432 url, host remote | variable db.port | name db.example.com',
    ],
  ])('sees the address in %s', (text, ...sightings) => {
    expect(see(text)).toEqual(sightings)
  })

  it.each([
    ["spawn('vite', ['--port', '5173'])", '5173 flag, host | variable port | context vite | context spawn'],
    [
      "program.option('-p, --port <n>', 'where', '3000')",
      '3000 flag, host | variable port | name where | context program.option',
    ],
    ["yargs.option('port', { default: 3000 })", '3000 listen, host | variable port | context yargs.option'],
    ["const s = { command: 'next dev -p 3004' }", '3004 flag, host | variable s.command'],
  ])('sees the flag in %s', (text, ...sightings) => {
    expect(see(text)).toEqual(sightings)
  })

  it.each([
    ['container.withExposedPorts(5432)', '5432 container, container | context container.withExposedPorts'],
    ["const c = { ExposedPorts: { '3000/tcp': {} } }", '3000 container, container | variable c.ExposedPorts'],
    [
      'const m = { containerPort: 3000, hostPort: 3010 }',
      '3000 container, container | variable m.containerPort',
      '3010 publish, host | variable m.hostPort',
    ],
    [
      "const s = { name: 'web', port: 80, targetPort: 8080 }",
      '80 container, container | variable s.port | name web',
      '8080 container, container | variable s.targetPort | name web',
    ],
  ])('tells what is in a container in %s', (text, ...sightings) => {
    expect(see(text)).toEqual(sightings)
  })

  it.each([
    ['if (port === 3000) x()', '3000 listen, host | variable port'],
    ['expect(config.port).toBe(3000)', '3000 listen, host | variable config.port | context toBe'],
    ["expect(getPort('core')).toBe(3001)", '3001 listen, host | variable getPort | name core | context toBe'],
    ['assert.equal(port, 3000)', '3000 listen, host | variable port | context assert.equal'],
    ['switch (port) { case 3000: x() }', '3000 listen, host | variable port'],
    [
      'expectTypeOf(PORTS.core).toEqualTypeOf<3001>()',
      '3001 listen, host | variable PORTS.core | context toEqualTypeOf',
    ],
  ])('sees what a port is compared with in %s', (text, ...sightings) => {
    expect(see(text)).toEqual(sightings)
  })

  it('tells the comment beside and above, the function and the test around a number', () => {
    expect(
      see(
        "describe('gateway', () => { it('starts', () => {\n// the main entry\nrun({ port: 3000 }) // for core\n}) })",
      ),
    ).toEqual([
      '3000 listen, host | variable port | context run | context for core | context the main entry | context starts | context gateway',
    ])
  })

  it('reads comments and the words of JSX', () => {
    expect(see('// core is at http://localhost:3001\nconst a = <p>Open port 3000, wide by 3000 px</p>')).toEqual([
      '3001 url, host | label core is at',
      '3000 prose, host | label Open | context core is at http://localhost:3001',
    ])
  })

  it('reads calls that are commented out', () => {
    expect(see('// app.listen(3001)')).toEqual(['3001 listen, host'])
  })

  it.each([
    'setTimeout(() => {}, 3000)',
    'const timeout = 3000; const year = 2024; const max = 65535',
    'const config = { port: { timeout: 3000, min: 1024, max: 65535 } }',
    'enum ErrorCode { NotFound = 3001, Denied = 3002, INVALID_PORT = 3003 }',
    'z.string().max(3000); z.number().default(3000)',
    'const PORT_OFFSET = 1000; const portTimeout = 3000; const maxPort = 65535',
    'withViewportWidth(3000); const viewport = { width: 3000 }; const report = 3000',
    'const BATCH_EXPORT_SIZE = process.env.BATCH_EXPORT_SIZE || 5000',
    'const PORT = 0x3000, PORT_A = 3e3, PORT_B = 3000.5, PORT_C = -3000, PORT_D = 70000, PORT_E = 3000n',
    "const color = '#3010ff'; const at = 'traces.tsx:1131'; const image = 'redis:7.2'; const time = '10:30'",
    "const id = '123e4567-3000-12d3-a456-426614174000'; const node = 'node:20'",
    "import x from 'https://deno.land:4430/x'; require('http://localhost:3000')",
    'const w = <div className="top:3000 w-[3000px]" tabIndex={3000} />',
    'const s = css`width: 3000px; z-index:3000`',
    'if (port > 1024 && port <= 65535 && ports.length === 100) x()',
    "program.option('-p, --port <n>').option('-t, --timeout <n>', 'how long', '3000')",
    "yargs.option('port', {}).option('timeout', { default: 3000 })",
    'const PORT = PORTS.core + 100; const refused = { port: "30 00" }',
    'parseInt(port, 16); Number(port) * 3000; port.slice(0, 3000)',
    'const x = /:3000/; const y = items[3000]; const ports = []; ports.push.apply(x, 3000)',
  ])('sees no port in %s', (text) => {
    expect(see(text)).toEqual([])
  })

  it('gives exact places behind a BOM, CRLF, escapes and characters of two units', () => {
    const text =
      '\uFEFFconst a = "😀\\n\\u{1F600}\\"http://localhost:3001"\r\nconst b = `\r\n${a} 😀 http://localhost:3002`\r\n/* 😀 */ listen(3003)'
    expect(readJavaScript(text, 'a.ts').map(({ start, end }) => text.slice(start, end))).toEqual([
      '3001',
      '3002',
      '3003',
    ])
  })

  it.each([
    ['a.js', '// @flow\nconst port: number = 3000'],
    ['a.mjs', 'const a = <b/>; const port = 3000'],
    ['a.cts', 'const port = <number>3000'],
    ['a.tsx', 'const port = 3000; const a = <b/>'],
    ['a.js', 'return { port: 3000 }'],
    ['a', 'const port: number = 3000'],
  ])('reads the language of %s in %s', (path, text) => {
    expect(see(text, path)).toEqual([expect.stringMatching(/^3000 listen, host \| variable port/)])
  })

  it.each([
    [
      'a.vue',
      '<template><a href="http://localhost:3001">x</a></template>\n<script setup lang="ts">\nconst port: number = 3000\n</script>\n<style>a { top: 3000px }</style>',
      ['3001 url', '3000 listen'],
    ],
    [
      'a.svelte',
      '<script>let port = 3000</script>\n<script context="module">const x = 3001</script><p>port 3002</p>',
      ['3000 listen', '3002 prose'],
    ],
    [
      'a.astro',
      '---\nconst port = 3000\n---\n<p>http://localhost:3001</p><script>const x = { port: 3002 }</script>',
      ['3000 listen', '3001 url', '3002 listen'],
    ],
  ])('reads the scripts and the words of %s', (path, text, sightings) => {
    expect(see(text, path).map((line) => line.split(',')[0])).toEqual(sightings)
  })

  it('reads as text what cannot be parsed', () => {
    expect(see("const PORT = 3000\nconst u = 'http://localhost:3001'\nconst = {{{")).toEqual([
      expect.stringMatching(/^3000 /),
      expect.stringMatching(/^3001 url/),
    ])
  })

  it.each([
    ['brackets', '['.repeat(100_000)],
    ['parentheses', `${'('.repeat(50_000)}1${')'.repeat(50_000)}`],
    ['sums', `x = ${'1 + '.repeat(50_000)}1`],
    ['conditions', `x = ${'a ? b : '.repeat(50_000)}c`],
    ['else', `${'if (a) b; else '.repeat(50_000)}c`],
    ['arrows', `x = ${'() => '.repeat(50_000)}1`],
    ['members', `x${'\n.a()'.repeat(50_000)}`],
    ['elements', `x = ${'<a>'.repeat(50_000)}${'</a>'.repeat(50_000)}`],
    ['templates', `x = ${'`${'.repeat(50_000)}1${'}`'.repeat(50_000)}`],
    ['statements', `${'while (a)\n'.repeat(50_000)}b`],
    ['assignments', `${'a = '.repeat(50_000)}1`],
  ])('outlives %s that are nested deeply', (_, text) => {
    expect(see(`${text}\nconst PORT = 3000`).at(-1)).toMatch(/^3000 /)
  })

  it.each([
    ['numbers', (n: number) => `const ports = [${'3000,'.repeat(n)}]`],
    ['holes', (n: number) => `const ports = [${','.repeat(n)}${'3000,'.repeat(n)}]`],
    [
      'properties',
      (n: number) => `const ports = {${Array.from({ length: n }, (_, index) => `a${index}: 3000,`).join('')}}`,
    ],
    ['templates', (n: number) => `const url = \`${'http://localhost:3000/${a} '.repeat(n)}\``],
    ['statements', (n: number) => 'app.listen(3000);'.repeat(n)],
    ['comments', (n: number) => '/* port 3000 */'.repeat(n)],
  ])('takes many %s on one line', (_, make) => {
    expect(readJavaScript(make(2000), 'a.ts')).toHaveLength(2000)
  })

  it('throws at no text, and its places hold, in order and once each', () => {
    const tokens = fc.constantFrom(
      ...'listen( ) { } [ ] port: PORT = 3000 3001 65536 80 , ; ` ${ " \' process.env.PORT ?? || http://localhost: : // /* */ \n <a > </a> => function ( x ? . default( --port -p 😀 \uFEFF \\ class enum switch(port){case return const --- <script> </script>'.split(
        ' ',
      ),
    )
    const text = fc.oneof(
      fc.array(tokens, { maxLength: 40 }).map((parts) => parts.join(' ')),
      fc.array(tokens, { maxLength: 40 }).map((parts) => parts.join('')),
      fc.string({ unit: 'binary', maxLength: 100 }),
    )
    fc.assert(
      fc.property(text, fc.constantFrom('a.ts', 'a.jsx', 'a.vue', 'a.astro'), (source, path) => {
        const sightings = readJavaScript(source, path)
        for (const [index, { start, end, port }] of sightings.entries()) {
          expect(Number(source.slice(start, end).replaceAll('_', ''))).toBe(port)
          expect(port).toBeLessThanOrEqual(65_535)
          expect(start).toBeGreaterThan(sightings[index - 1]?.start ?? -1)
        }
      }),
      { numRuns: 500 },
    )
  })

  it('sees no port in its own parts', () => {
    const own = readFileSync(new URL('node.ts', import.meta.url), 'utf8')
    expect(readJavaScript(own, 'node.ts')).toEqual([])
  })
})

describe('readProgram', () => {
  it("reads ESLint's trees, which have a range and a parent", () => {
    const text = 'const PORT = 3000 // core\nconst u = `http://${h}:3001`'
    const { program, comments } = parseSync('a.js', text, { range: true })
    const sightings = readProgram(
      asEslint(program),
      comments.map(({ value, start, end }) => ({ value, range: [start, end] as const })),
      text,
    )
    expect(sightings).toEqual(readJavaScript(text, 'a.js'))
    expect(sightings.map(({ port }) => port)).toEqual([3000, 3001])
  })
})

/** The same tree without `start` and `end`, and with links upward. */
function asEslint<T extends object>(node: T, parent?: object): T {
  const copy: Record<string, unknown> = { parent }
  for (const [key, value] of Object.entries(node)) {
    if (key === 'start' || key === 'end') continue
    if (Array.isArray(value)) copy[key] = value.map((item: unknown) => (isObject(item) ? asEslint(item, copy) : item))
    else copy[key] = isObject(value) ? asEslint(value, copy) : value
  }
  return copy as T
}

function isObject(value: unknown): value is object {
  return typeof value === 'object' && value !== null
}
