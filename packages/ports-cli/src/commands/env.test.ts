import { execFileSync } from 'node:child_process'
import { parseEnv } from 'node:util'
import { describe, expect, it } from 'vitest'
import { parse } from 'yaml'
import { run, useExample } from '../cli.fixture.js'
import * as example from '../example.fixture.js'
import { makeRepository } from '../repository.fixture.js'

const { PORTS, services } = useExample()

/** Returns the variables with every default shifted. */
function shifted(offset: number): Record<string, string> {
  const names = Object.keys(services) as (keyof typeof PORTS)[]
  return Object.fromEntries(names.map((name) => [services[name].variable, String(PORTS[name] + offset)]))
}

async function printed(args: readonly string[], env = {}): Promise<string> {
  const { code, stdout, stderr } = await run(['env', ...args], env)
  expect({ code, stderr }).toEqual({ code: 0, stderr: '' })
  return stdout
}

/** The variables of services. */
function parsePorts(text: string) {
  const { COMPOSE_PROJECT_NAME: _, ...ports } = parseEnv(text)
  return ports
}

describe('env', () => {
  it('gives two checkouts different compose projects, and the first its usual one', async () => {
    const config = { registry: './registry.json', composeProject: 'example' }
    const root = await makeRepository({
      'package.json': JSON.stringify({ 'driftos-ports': config }),
      'registry.json': JSON.stringify(example),
    })
    const read = async (args: string[], env = {}) => parseEnv((await run(['env', ...args], env, false, root)).stdout)
    const [first, second] = [await read([]), await read(['--offset', '100'])]
    expect(first).not.toHaveProperty('COMPOSE_PROJECT_NAME')
    expect(second['COMPOSE_PROJECT_NAME']).toMatch(/^example-[\da-f]{8}$/)
    expect(await read(['--offset', '100'], { COMPOSE_PROJECT_NAME: 'mine' })).toMatchObject({
      COMPOSE_PROJECT_NAME: 'mine',
    })
  })

  it.each(['dotenv', 'github', 'json'])('prints with --urls the origin of every service as %s', async (format) => {
    const text = await printed(['--urls', '--offset=100', '--format', format], { CORE_URL: "https://core/a$b'c" })
    const values = format === 'json' ? (JSON.parse(text) as Record<string, unknown>) : parseEnv(text)
    for (const [name, { variable, scheme }] of Object.entries(services)) {
      const port = PORTS[name as keyof typeof PORTS] + 100
      const url = name === 'core' ? "https://core/a$b'c" : `${scheme}://localhost:${port}`
      expect(values[variable.replace(/_PORT$/, '_URL')]).toBe(url)
    }
  })

  it.skipIf(process.platform === 'win32')('quotes for a shell', async () => {
    const url = "https://core/a$HOME'c;d"
    const lines = await printed(['--urls', '--format', 'sh'], { CORE_URL: url })
    const value = execFileSync('sh', ['-c', 'eval "$1" && printf %s "$CORE_URL"', 'sh', lines], { encoding: 'utf8' })
    expect(value).toBe(url)
  })

  it.each([[[]], [['--format', 'dotenv']], [['--format', 'github']]])(
    'prints variables that a dotenv parser reads, with %j',
    async (args) => {
      expect(parseEnv(await printed(args))).toEqual(shifted(0))
    },
  )

  it.skipIf(process.platform === 'win32')('prints variables that a shell exports', async () => {
    const lines = await printed(['--format', 'sh'], { CORE_PORT: '4101' })
    const exported = execFileSync('sh', ['-c', 'eval "$1" && env', 'sh', lines], { env: {}, encoding: 'utf8' })
    expect(parseEnv(exported)).toMatchObject({ ...shifted(0), CORE_PORT: '4101' })
  })

  it.each([[['--format', 'json']], [['--json']], [['--json', '--format', 'sh']]])(
    'prints with %j one object of numbers',
    async (args) => {
      const numbers = Object.entries(shifted(0)).map(([variable, port]) => [variable, Number(port)])
      expect(JSON.parse(await printed(args))).toEqual(Object.fromEntries(numbers))
    },
  )

  it('prints a Prometheus configuration that scrapes the services where they are', async () => {
    const text = await printed(['--format', 'prometheus'], { CORE_PORT: '4101', EMBED_HOST: '::1' })
    const { scrape_configs } = parse(text) as { scrape_configs: { static_configs: { targets: string[] }[] }[] }
    const targets = scrape_configs.flatMap((scrape) => scrape.static_configs.flatMap((config) => config.targets))
    expect(targets.toSorted()).toEqual(
      [`localhost:${PORTS.gateway}`, 'localhost:4101', `[::1]:${PORTS.embed}`].toSorted(),
    )
  })

  it('has Prometheus scrape a service at its URL, whatever its scheme, port and path', async () => {
    const text = await printed(['--format', 'prometheus'], { CORE_URL: 'https://core.example.com/base/' })
    const { scrape_configs } = parse(text) as { scrape_configs: { job_name: string }[] }
    expect(scrape_configs.find(({ job_name }) => job_name === 'driftos-core')).toMatchObject({
      scheme: 'https',
      metrics_path: '/base/metrics',
      static_configs: [{ targets: ['core.example.com:443'] }],
    })
  })

  it('resolves overrides, and ignores variables of linked services', async () => {
    const text = await printed([], { CORE_PORT: ' 4101 ', EMBED_PORT: 'tcp://10.0.0.1:9999', DEMO_PORT: '' })
    expect(parseEnv(text)).toEqual({ ...shifted(0), CORE_PORT: '4101' })
  })

  it.each([
    ['--offset=100', 100],
    ['--offset=-100', -100],
    ['--offset -100', -100],
    ['--offset=0', 0],
  ])('shifts every default by %s, whatever the environment shifts', async (option, offset) => {
    expect(parsePorts(await printed(option.split(' '), { DRIFTOS_PORT_OFFSET: '7' }))).toEqual(shifted(offset))
  })

  it('shifts by the variable when no option does, and keeps overrides', async () => {
    const text = await printed([], { DRIFTOS_PORT_OFFSET: '100', CORE_PORT: `${PORTS.core}` })
    expect(parsePorts(text)).toEqual({ ...shifted(100), CORE_PORT: `${PORTS.core}` })
  })

  it('prints its own output again when it reads it', async () => {
    const text = await printed(['--offset', '100'])
    expect(await printed([], parseEnv(text))).toBe(text)
  })

  it.each(['yaml', '', 'toString', 'constructor'])('refuses the format %j', async (format) => {
    expect(await run(['env', '--format', format])).toEqual({
      code: 2,
      stdout: '',
      stderr: `--format: expected dotenv, sh, github, json, prometheus, got ${JSON.stringify(format)}.\nSee driftos-ports env --help.\n`,
    })
  })

  it.each(['x', '1.5', '70000', '1e3'])('refuses the offset %s', async (offset) => {
    const { code, stdout, stderr } = await run(['env', '--offset', offset])
    expect({ code, stdout }).toEqual({ code: 2, stdout: '' })
    expect(stderr).toContain(`DRIFTOS_PORT_OFFSET="${offset}" is not an offset`)
  })

  it('refuses a positional argument', async () => {
    expect(await run(['env', 'core'])).toMatchObject({ code: 2, stdout: '' })
  })

  it('names every problem of the environment, a collision among them', async () => {
    const { code, stdout, stderr } = await run(['env'], {
      CORE_PORT: 'x',
      EMBED_PORT: 'y',
      DEMO_PORT: `${PORTS.gateway}`,
    })
    expect({ code, stdout }).toEqual({ code: 2, stdout: '' })
    expect(stderr).toMatch(/^CORE_PORT="x" /m)
    expect(stderr).toMatch(/^EMBED_PORT="y" /m)
    expect(stderr).toMatch(
      new RegExp(`^(gateway and demo|demo and gateway) both resolve to port ${PORTS.gateway} `, 'm'),
    )
  })
})
