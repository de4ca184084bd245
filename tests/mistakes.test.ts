import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { getPort, PORTS, resolvePorts, getDatabaseUrl, getOrigin, ranges, type Env } from '@driftos/ports'
import { describe, expect, it, onTestFinished } from 'vitest'
import { findFreeOffset, portAt } from './free-offset.js'

const root = fileURLToPath(new URL('..', import.meta.url))
const cli = join(root, 'packages/ports-cli/dist/bin.cjs')

/** A text whose registered numbers are names, so that a moved port changes no expectation. */
function masked(text: string): string {
  const names = new Map(Object.entries<number>(PORTS).map(([service, port]) => [String(port), `{${service}}`]))
  const { first, last } = ranges.services
  return text
    .replaceAll(`${first}-${last}`, '{services}')
    .replaceAll(/(?<=^Free in .*: )[\d, -]+/gm, '{numbers}')
    .replaceAll(/\b\d{4}\b/g, (number) => names.get(number) ?? number)
    .replaceAll(root, '{root}/')
    .replaceAll(/\S+driftos-mistakes-\w+/g, '{folder}')
}

/** What an operator reads when a call throws. */
function errorOf(call: () => unknown): string {
  try {
    call()
  } catch (error) {
    return masked((error as Error).message)
  }
  throw new Error('nothing was thrown')
}

/** What a person reads who runs a program, and its exit code. */
async function run(args: readonly string[], options: { cwd?: string; env?: Env } = {}): Promise<string> {
  const child = spawn(process.execPath, args, {
    cwd: options.cwd ?? root,
    env: { PATH: process.env['PATH'], LOG_LEVEL: 'silent', ...options.env },
  })
  onTestFinished(() => void child.kill('SIGKILL'))
  let output = ''
  for (const stream of [child.stdout, child.stderr])
    stream.setEncoding('utf8').on('data', (text: string) => (output += text))
  const [code] = (await once(child, 'close')) as [number]
  return masked(`${output.trimEnd()}\n(exit ${code})`)
}

function makeFolder(files: Readonly<Record<string, string>>): string {
  const folder = mkdtempSync(join(tmpdir(), 'driftos-mistakes-'))
  onTestFinished(() => rmSync(folder, { recursive: true }))
  for (const [file, text] of Object.entries(files)) writeFileSync(join(folder, file), text)
  return folder
}

describe('what is said of a mistake in a variable', () => {
  it('a number that is no port', () => {
    const messages = ['65536', '0', '4101 # moved'].map((CORE_PORT) => errorOf(() => getPort('core', { CORE_PORT })))
    expect(messages.join('\n')).toMatchInlineSnapshot(`
      "CORE_PORT="65536" is not a port: set a number from 1 to 65535, such as {core}, or unset it
      CORE_PORT="0" is not a port: set a number from 1 to 65535, such as {core}, or unset it
      CORE_PORT="4101 # moved" is not a port: set a number from 1 to 65535, such as {core}, or unset it"
    `)
  })

  it('an offset that is none', () => {
    expect(errorOf(() => getPort('core', { DRIFTOS_PORT_OFFSET: '1e2' }))).toMatchInlineSnapshot(
      `"DRIFTOS_PORT_OFFSET="1e2" is not an offset: set a number that leaves core from 1 to 65535, or unset it"`,
    )
  })

  it('an offset that leads out of all ports', () => {
    expect(errorOf(() => getPort('core', { DRIFTOS_PORT_OFFSET: '70000' }))).toMatchInlineSnapshot(
      `"DRIFTOS_PORT_OFFSET="70000" is not an offset: set a number that leaves core from 1 to 65535, or unset it"`,
    )
  })

  it('several at once', () => {
    const env = { CORE_PORT: '4101', EMBED_PORT: '4101', DEMO_PORT: 'x', GATEWAY_URL: 'localhost' }
    expect(errorOf(() => resolvePorts(env))).toMatchInlineSnapshot(`
      "core and embed both resolve to port 4101 on localhost: CORE_PORT is set to it, EMBED_PORT is set to it. Set EMBED_PORT to another port.
      DEMO_PORT="x" is not a port: set a number from 1 to 65535, such as {demo}, or unset it"
    `)
  })

  it('an address without a scheme', () => {
    expect(errorOf(() => getOrigin('core', { CORE_URL: 'core.example.com' }))).toMatchInlineSnapshot(
      `"CORE_URL="core.example.com" is not an origin for core: write http:// or https:// and a host, without user, query or fragment, such as http://localhost:{core}, or unset it"`,
    )
  })

  it('a database’s address of another kind, whose password stays unsaid', () => {
    expect(errorOf(() => getDatabaseUrl({ DATABASE_URL: 'mysql://root:hunter2@localhost/app' }))).toMatchInlineSnapshot(
      `"DATABASE_URL="***" does not start with postgresql:// or postgres://: write postgresql://user:password@host:port/database, or unset it"`,
    )
  })
})

describe('what is said of a mistake in a program', () => {
  it('a service that nobody registered', () => {
    expect(errorOf(() => getPort('gatway' as 'gateway'))).toMatchInlineSnapshot(
      `"service="gatway" is not registered: see PORTS"`,
    )
  })
})

describe('what is said of a mistake on the command line', () => {
  it('a mistyped command', async () => {
    expect(await run([cli, 'lst'])).toMatchInlineSnapshot(`
      "There is no command "lst"; did you mean list?
      See driftos-ports --help.
      (exit 2)"
    `)
  })

  it('a mistyped option', async () => {
    expect(await run([cli, 'list', '--jsn'])).toMatchInlineSnapshot(`
      "There is no option --jsn; did you mean --json?
      See driftos-ports list --help.
      (exit 2)"
    `)
  })

  it('a mistyped service', async () => {
    expect(await run([cli, 'show', 'graphana'])).toMatchInlineSnapshot(`
      "No service is called "graphana"; did you mean grafana?
      See driftos-ports show --help.
      (exit 2)"
    `)
  })

  it('a folder that is not there', async () => {
    expect(await run([cli, 'check', 'no/such'])).toMatchInlineSnapshot(`
      "There is no file or folder {root}/no/such
      See driftos-ports check --help.
      (exit 2)"
    `)
  })

  it('a format that there is none of', async () => {
    expect(await run([cli, 'check', '--format', 'junit'])).toMatchInlineSnapshot(`
      "There is no format "junit"; there are pretty, tsc, github, sarif, json
      See driftos-ports check --help.
      (exit 2)"
    `)
  })

  it('a port that another service holds', async () => {
    expect(await run([cli, 'move', 'demo', String(PORTS.website), '--reason', 'why'])).toMatchInlineSnapshot(`
      "demo cannot move to {website}:
      - website and demo both hold port {website}: give one of them another
      Free in the range of services: {numbers}.
      See driftos-ports move --help.
      (exit 2)"
    `)
  })

  it('a move without its reason', async () => {
    expect(await run([cli, 'move', 'demo', String(ranges.services.last)])).toMatchInlineSnapshot(`
      "Say why, for the history and for consumers: --reason "why"
      See driftos-ports move --help.
      (exit 2)"
    `)
  })

  it('a port outside of the range', async () => {
    expect(await run([cli, 'move', 'demo', '8080', '--reason', 'why'])).toMatchInlineSnapshot(`
      "demo cannot move to 8080:
      - demo holds port 8080, outside the range of its group services, {services}
      Free in the range of services: {numbers}.
      See driftos-ports move --help.
      (exit 2)"
    `)
  })

  it('a port that browsers refuse', async () => {
    expect(await run([cli, 'move', 'core', '6000', '--reason', 'why'])).toMatchInlineSnapshot(`
      "core cannot move to 6000:
      - core serves http on port 6000, which browsers refuse to open (WHATWG's bad-port list)
      - core holds port 6000, outside the range of its group services, {services}
      Free in the range of services: {numbers}.
      See driftos-ports move --help.
      (exit 2)"
    `)
  })

  it('a new service whose range is missing', async () => {
    expect(await run([cli, 'add', 'billing'])).toMatchInlineSnapshot(`
      "add takes a range or a number: --group NAME or --port N
      See driftos-ports add --help.
      (exit 2)"
    `)
  })

  it('a wait for what does not come', async () => {
    const env = { DRIFTOS_PORT_OFFSET: await findFreeOffset() }
    const text = await run([cli, 'wait', 'core', '--timeout', '0.2'], { env })
    expect(text.replaceAll(env.DRIFTOS_PORT_OFFSET, '{offset}').replaceAll(/\d{5}/g, '{port}')).toMatchInlineSnapshot(`
      "waiting for core on port {port}: nothing listens
      core did not come on port {port} within 0.2 s: nothing listens
      (exit 1)"
    `)
  })

  it('a configuration that is none', async () => {
    const folder = makeFolder({ 'package.json': '{ "driftos-ports": { "registy": "ports.json" } }' })
    expect(await run([cli, 'list'], { cwd: folder })).toMatchInlineSnapshot(`
      ""driftos-ports" in package.json is no configuration:
      - there is no field registy; there are registry, artifacts, ignore
      See driftos-ports list --help.
      (exit 2)"
    `)
  })

  it('a registry in which two services hold one port', async () => {
    const service = { port: 4000, scheme: 'http', status: 'active', summary: 'A service' }
    const services = {
      shop: { ...service, containerName: 'shop', variable: 'SHOP_PORT' },
      stock: { ...service, containerName: 'stock', variable: 'STOCK_PORT' },
    }
    const folder = makeFolder({
      'package.json': '{ "driftos-ports": { "registry": "ports.json" } }',
      'ports.json': JSON.stringify({ services, ranges: {}, history: [] }),
    })
    expect(await run([cli, 'list'], { cwd: folder })).toMatchInlineSnapshot(`
      "ports.json holds no valid registry:
      - services.stock.port: shop and stock both hold port 4000: give one of them another
      See driftos-ports list --help.
      (exit 2)"
    `)
  })

  it('a move in a repository that has a registry of its own', async () => {
    const folder = makeFolder({
      'package.json': '{ "driftos-ports": { "registry": "ports.json" } }',
      'ports.json': JSON.stringify({ services: {}, ranges: {}, history: [] }),
    })
    expect(await run([cli, 'move', 'shop', '4001', '--reason', 'why'], { cwd: folder })).toMatchInlineSnapshot(`
      "No folder from {folder} upward keeps packages/ports/src/registry.ts, the registry that this command works on. A registry in another file is edited by hand; driftos-ports list says whether it holds.
      See driftos-ports move --help.
      (exit 2)"
    `)
  })
})

describe('what is said of a mistake at the start', () => {
  it('a port that somebody has', async () => {
    const offset = await findFreeOffset()
    const server = createServer().listen(portAt('core', offset), '127.0.0.1')
    await once(server, 'listening')
    onTestFinished(() => void server.close())
    const text = await run([join(root, 'apps/core/dist/main.js')], { env: { DRIFTOS_PORT_OFFSET: offset } })
    const port = String(portAt('core', offset))
    expect(text.replaceAll(port, '{port}').replace(/by .* \(pid \d+\)/, 'by {command} (pid {pid})'))
      .toMatchInlineSnapshot(`
        "core cannot listen on port {port}: it is taken by {command} (pid {pid}). Stop that process, or set CORE_PORT to a free port.
        (exit 1)"
      `)
  })

  it('a gateway open to everybody in production', async () => {
    const env = { NODE_ENV: 'production', DRIFTOS_PORT_OFFSET: await findFreeOffset() }
    expect(await run([join(root, 'apps/gateway/dist/main.js')], { env })).toMatchInlineSnapshot(`
      "GATEWAY_API_KEYS is unset, and with NODE_ENV=production the gateway does not start open to everybody: set one key, or several with commas between, such as GATEWAY_API_KEYS=$(openssl rand -hex 32)
      (exit 1)"
    `)
  })

  it('a stack of which several ports are wrong', async () => {
    const env = { CORE_PORT: '30 01', DRIFTOS_PORT_OFFSET: await findFreeOffset() }
    expect(await run([join(root, 'packages/stack/dist/main.js'), 'start'], { env })).toMatchInlineSnapshot(`
      "Nothing was started. One problem:
      - CORE_PORT="30 01" is not a port: set a number from 1 to 65535, such as {core}, or unset it
      (exit 2)"
    `)
  })
})
