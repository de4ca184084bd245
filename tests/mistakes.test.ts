import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import {
  findService,
  getDatabaseUrl,
  getOrigin,
  getPort,
  PORTS,
  ranges,
  resolvePorts,
  services,
  type Env,
  type RangeDefinition,
  type ServiceDefinition,
  type ServiceName,
} from '@driftos/ports'
import { describe, expect, it, onTestFinished } from 'vitest'
import { findFreeOffset, portAt } from './free-offset.js'

const root = fileURLToPath(new URL('..', import.meta.url))
const cli = join(root, 'packages/ports-cli/dist/bin.cjs')

/** Three services of one range, for mistakes that are possible with any. */
const range = Object.keys(ranges).find((name) => membersOf(name).length >= 3)!
const [first, second, third] = membersOf(range) as [ServiceName, ServiceName, ServiceName]
const { first: lowest, last: highest } = (ranges as Readonly<Record<string, RangeDefinition>>)[range]!
/** A port outside of every range, without a service. */
const outside = findOutside()

function membersOf(name: string): ServiceName[] {
  return (Object.keys(services) as ServiceName[]).filter((service) => {
    const { group, scheme }: ServiceDefinition = services[service]
    return group === name && scheme === 'http'
  })
}

function findOutside(): number {
  const isFree = (port: number) =>
    findService(port) === undefined && Object.values(ranges).every((one) => port < one.first || port > one.last)
  return Array.from({ length: 1000 }, (_, index) => 8080 + index).find(isFree)!
}

function variableOf(service: ServiceName): string {
  return services[service].variable
}

/** Replaces what depends on the registry and the machine. */
function masked(text: string): string {
  const names = new Map(Object.entries<number>(PORTS).map(([service, port]) => [String(port), `{${service}}`]))
  let result = text
    .replaceAll(`${lowest}-${highest}`, '{range}')
    .replaceAll(/^Free in \w+: [\d, -]+/gm, 'Free in {group}: {numbers}')
    .replaceAll(/\b\d{4,5}\b/g, (number) => names.get(number) ?? number)
    .replaceAll(String(outside), '{outside}')
    .replaceAll(root, '{root}/')
    .replaceAll(/\S+driftos-mistakes-\w+/g, '{directory}')
    .replaceAll(`range of ${range}`, 'range of {group}')
    .replaceAll(`group ${range}`, 'group {group}')
  for (const [index, service] of [first, second, third].entries()) {
    const letter = ['a', 'b', 'c'][index]!
    const prefix = variableOf(service).replace(/_PORT$/, '')
    result = result.replaceAll(new RegExp(`\\b${prefix}(?=_(PORT|URL))`, 'g'), letter.toUpperCase())
    result = result.replaceAll(new RegExp(`\\b${service}`, 'g'), letter)
  }
  return result
}

/** Returns the message of a call that throws. */
function errorOf(call: () => unknown): string {
  try {
    call()
  } catch (error) {
    return masked((error as Error).message)
  }
  throw new Error('nothing was thrown')
}

/** Runs a program; returns its output and exit code. */
async function run(
  args: readonly string[],
  options: { cwd?: string; env?: Env; mask?: typeof masked } = {},
): Promise<string> {
  const child = spawn(process.execPath, args, {
    cwd: options.cwd ?? root,
    env: { PATH: process.env['PATH'], LOG_LEVEL: 'silent', ...options.env },
  })
  onTestFinished(() => void child.kill('SIGKILL'))
  let output = ''
  for (const stream of [child.stdout, child.stderr])
    stream.setEncoding('utf8').on('data', (text: string) => (output += text))
  const [code] = (await once(child, 'close')) as [number]
  return (options.mask ?? masked)(`${output.trimEnd()}\n(exit ${code})`)
}

function makeFolder(files: Readonly<Record<string, string>>): string {
  const folder = mkdtempSync(join(tmpdir(), 'driftos-mistakes-'))
  onTestFinished(() => rmSync(folder, { recursive: true }))
  for (const [file, text] of Object.entries(files)) writeFileSync(join(folder, file), text)
  return folder
}

describe('the message for a mistake in a variable', () => {
  it('an invalid port', () => {
    const messages = ['65536', '0', '44101 # moved'].map((value) =>
      errorOf(() => getPort(first, { [variableOf(first)]: value })),
    )
    expect(messages.join('\n')).toMatchInlineSnapshot(`
      "A_PORT="65536" is not a port: set a number from 1 to 65535, such as {a}, or unset it
      A_PORT="0" is not a port: set a number from 1 to 65535, such as {a}, or unset it
      A_PORT="44101 # moved" is not a port: set a number from 1 to 65535, such as {a}, or unset it"
    `)
  })

  it('an invalid offset', () => {
    expect(errorOf(() => getPort(first, { DRIFTOS_PORT_OFFSET: '1e2' }))).toMatchInlineSnapshot(
      `"DRIFTOS_PORT_OFFSET="1e2" is not an offset: set a number that leaves a from 1 to 65535, or unset it"`,
    )
  })

  it('an offset beyond the valid ports', () => {
    expect(errorOf(() => getPort(first, { DRIFTOS_PORT_OFFSET: '70000' }))).toMatchInlineSnapshot(
      `"DRIFTOS_PORT_OFFSET="70000" is not an offset: set a number that leaves a from 1 to 65535, or unset it"`,
    )
  })

  it('several at once', () => {
    const env = { [variableOf(first)]: '44101', [variableOf(second)]: '44101', [variableOf(third)]: 'x' }
    expect(errorOf(() => resolvePorts(env))).toMatchInlineSnapshot(`
      "a and b both resolve to port 44101 on localhost: A_PORT is set to it, B_PORT is set to it. Set B_PORT to another port.
      C_PORT="x" is not a port: set a number from 1 to 65535, such as {c}, or unset it"
    `)
  })

  it('an address without a scheme', () => {
    expect(
      errorOf(() => getOrigin(first, { [variableOf(first).replace(/PORT$/, 'URL')]: 'api.example.com' })),
    ).toMatchInlineSnapshot(
      `"A_URL="api.example.com" is not an origin for a: write http:// or https:// and a host, without user, query or fragment, such as http://localhost:{a}, or unset it"`,
    )
  })

  it('a database URL with another scheme, without its password', () => {
    expect(errorOf(() => getDatabaseUrl({ DATABASE_URL: 'mysql://root:hunter2@localhost/app' }))).toMatchInlineSnapshot(
      `"DATABASE_URL="***" does not start with postgresql:// or postgres://: write postgresql://user:password@host:port/database, or unset it"`,
    )
  })
})

describe('the message for a mistake in a program', () => {
  it('an unregistered service', () => {
    expect(errorOf(() => getPort(`${first}x` as ServiceName))).toMatchInlineSnapshot(
      `"service="ax" is not registered: see PORTS"`,
    )
  })
})

describe('the message for a mistake on the command line', () => {
  it('a mistyped command', async () => {
    expect(await run([cli, 'lst'])).toMatchInlineSnapshot(`
      "Unknown command "lst". Did you mean list?
      See driftos-ports --help.
      (exit 2)"
    `)
  })

  it('a mistyped option', async () => {
    expect(await run([cli, 'list', '--jsn'])).toMatchInlineSnapshot(`
      "Unknown option --jsn. Did you mean --json?
      See driftos-ports list --help.
      (exit 2)"
    `)
  })

  it('a mistyped service', async () => {
    expect(await run([cli, 'show', `${second}x`])).toMatchInlineSnapshot(`
      "Unknown service "bx". Did you mean b?
      See driftos-ports show --help.
      (exit 2)"
    `)
  })

  it('a missing directory', async () => {
    expect(await run([cli, 'check', 'no/such'])).toMatchInlineSnapshot(`
      "{root}/no/such does not exist: expected a file or directory
      See driftos-ports check --help.
      (exit 2)"
    `)
  })

  it('an unknown format', async () => {
    expect(await run([cli, 'check', '--format', 'junit'])).toMatchInlineSnapshot(`
      "--format: expected pretty, tsc, github, sarif, json, got "junit".
      See driftos-ports check --help.
      (exit 2)"
    `)
  })

  it('a port of another service', async () => {
    expect(await run([cli, 'move', second, String(PORTS[first]), '--reason', 'why'])).toMatchInlineSnapshot(`
      "Cannot move b to {a}:
      - a and b both have port {a}: give one of them another port
      Free in {group}: {numbers}.
      See driftos-ports move --help.
      (exit 2)"
    `)
  })

  it('a move without its reason', async () => {
    expect(await run([cli, 'move', second, String(highest)])).toMatchInlineSnapshot(`
      "Missing reason: expected --reason TEXT. The history and the changelog contain it.
      See driftos-ports move --help.
      (exit 2)"
    `)
  })

  it('a port outside of the range', async () => {
    expect(await run([cli, 'move', second, String(outside), '--reason', 'why'])).toMatchInlineSnapshot(`
      "Cannot move b to {outside}:
      - b has port {outside}, outside the range of its group {group}, {range}
      Free in {group}: {numbers}.
      See driftos-ports move --help.
      (exit 2)"
    `)
  })

  it('a port that browsers block', async () => {
    expect(await run([cli, 'move', first, '6000', '--reason', 'why'])).toMatchInlineSnapshot(`
      "Cannot move a to 6000:
      - a serves http on port 6000, which browsers refuse to open (WHATWG's bad-port list): use another port
      - a has port 6000, outside the range of its group {group}, {range}
      Free in {group}: {numbers}.
      See driftos-ports move --help.
      (exit 2)"
    `)
  })

  it('a new service whose range is missing', async () => {
    expect(await run([cli, 'add', `${second}x`])).toMatchInlineSnapshot(`
      "Missing port: expected --group NAME or --port N.
      See driftos-ports add --help.
      (exit 2)"
    `)
  })

  it('a timeout of wait', async () => {
    const env = { DRIFTOS_PORT_OFFSET: await findFreeOffset() }
    const text = await run([cli, 'wait', first, '--timeout', '0.2'], { env })
    expect(text.replaceAll(env.DRIFTOS_PORT_OFFSET, '{offset}').replaceAll(/\d{5}/g, '{port}')).toMatchInlineSnapshot(`
      "Waiting for a on port {port}: nothing listens
      Timed out after 0.2 s waiting for a on port {port}: nothing listens
      (exit 1)"
    `)
  })

  it('an invalid configuration', async () => {
    const folder = makeFolder({ 'package.json': '{ "driftos-ports": { "registy": "ports.json" } }' })
    expect(await run([cli, 'list'], { cwd: folder })).toMatchInlineSnapshot(`
      "Invalid configuration in "driftos-ports" of package.json:
      - unknown field registy: expected one of registry, generate, ignore, package, composeProject
      - registry: expected the path of a module or JSON file, or the name of a package, got nothing
      See driftos-ports list --help.
      (exit 2)"
    `)
  })

  it('a registry with two services on one port', async () => {
    const service = { port: 4000, scheme: 'http', status: 'active', summary: 'A service' }
    const entries = {
      shop: { ...service, containerName: 'shop', variable: 'SHOP_PORT' },
      stock: { ...service, containerName: 'stock', variable: 'STOCK_PORT' },
    }
    const folder = makeFolder({
      'package.json': '{ "driftos-ports": { "registry": "ports.json" } }',
      'ports.json': JSON.stringify({ services: entries, ranges: {}, history: [] }),
    })
    expect(await run([cli, 'list'], { cwd: folder })).toMatchInlineSnapshot(`
      "ports.json contains no valid registry:
      - shop and stock both have port 4000: give one of them another port
      See driftos-ports list --help.
      (exit 2)"
    `)
  })

  it('a move in a repository with another registry', async () => {
    const folder = makeFolder({
      'package.json': '{ "driftos-ports": { "registry": "ports.json" } }',
      'ports.json': JSON.stringify({ services: {}, ranges: {}, history: [] }),
    })
    expect(await run([cli, 'move', 'shop', '4001', '--reason', 'why'], { cwd: folder })).toMatchInlineSnapshot(`
      "Unknown service "shop".
      See driftos-ports move --help.
      (exit 2)"
    `)
  })
})

describe('the message for a mistake at the start', () => {
  it('a port in use', async () => {
    const offset = await findFreeOffset()
    const server = createServer().listen(portAt('core', offset), '127.0.0.1')
    await once(server, 'listening')
    onTestFinished(() => void server.close())
    const text = await run([join(root, 'apps/core/dist/main.js')], {
      env: { DRIFTOS_PORT_OFFSET: offset },
      mask: (output) => output.replaceAll(services.core.variable, '{variable}'),
    })
    const port = String(portAt('core', offset))
    expect(text.replaceAll(port, '{port}').replace(/by .* \(pid \d+\)/, 'by {command} (pid {pid})'))
      .toMatchInlineSnapshot(`
        "core cannot listen on port {port}: it is taken by {command} (pid {pid}). Stop that process, or set {variable} to a free port.
        (exit 1)"
      `)
  })

  it('a gateway without keys in production', async () => {
    const env = { NODE_ENV: 'production', DRIFTOS_PORT_OFFSET: await findFreeOffset() }
    expect(await run([join(root, 'apps/gateway/dist/main.js')], { env, mask: (output) => output }))
      .toMatchInlineSnapshot(`
      "GATEWAY_API_KEYS is not set: with NODE_ENV=production the gateway needs at least one API key. Set one or more, separated by commas, for example GATEWAY_API_KEYS=$(openssl rand -hex 32)
      (exit 1)"
    `)
  })

  it('a stack with an invalid port', async () => {
    const env = { [variableOf(first)]: '30 01', DRIFTOS_PORT_OFFSET: await findFreeOffset() }
    expect(await run([join(root, 'packages/stack/dist/main.js'), 'start'], { env })).toMatchInlineSnapshot(`
      "Nothing was started. One problem:
      - A_PORT="30 01" is not a port: set a number from 1 to 65535, such as {a}, or unset it
      (exit 2)"
    `)
  })
})
