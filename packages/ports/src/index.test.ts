import { execFile } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { createContext, runInContext } from 'node:vm'
import { build, type BuildOptions } from 'esbuild'
import { describe, expect, it } from 'vitest'
import * as entry from './index.js'

const run = promisify(execFile)

/** The first two services of the registry, and the variables of the first. */
const [one, two] = Object.keys(entry.PORTS) as [entry.ServiceName, entry.ServiceName]
const { port, scheme, variable } = entry.services[one]
const [host, url] = ['HOST', 'URL'].map((suffix) => variable.replace(/PORT$/, suffix)) as [string, string]
const database = Object.values<entry.ServiceDefinition>(entry.services).find(
  (service) => service.scheme === 'postgresql',
)

describe('the main entry', () => {
  it('exports these values', () => {
    expect(Object.keys(entry).toSorted()).toEqual([
      'PORTS',
      'PortConfigError',
      'findService',
      'getDatabaseUrl',
      'getHost',
      'getListenPort',
      'getOrigin',
      'getPort',
      'history',
      'isRegisteredPort',
      'ranges',
      'resolvePorts',
      'retired',
      'services',
    ])
  })

  it('runs where there is no process, without overrides', async () => {
    const evaluate = await inContext({ URL })
    expect(evaluate('typeof process')).toBe('undefined')
    expect(evaluate(`ports.getPort('${one}')`)).toBe(port)
    expect(evaluate(`ports.getListenPort('${one}')`)).toBe(port)
    expect(evaluate(`ports.getHost('${one}')`)).toBe('localhost')
    expect(evaluate(`ports.getOrigin('${one}')`)).toBe(`${scheme}://localhost:${port}`)
    if (database) {
      expect(evaluate('ports.getDatabaseUrl()')).toBe(
        `postgresql://postgres:postgres@localhost:${database.port}/postgres`,
      )
    }
    expect(evaluate('ports.resolvePorts()')).toEqual(entry.PORTS)
    expect(evaluate('ports.history.map(({ from }) => ports.findService(from))')).toEqual(
      entry.history.map(({ from }) => entry.findService(from)),
    )
  })

  it('runs where process has no env, as some bundlers leave it', async () => {
    const evaluate = await inContext({ URL, process: {} })
    expect(evaluate('ports.resolvePorts()')).toEqual(entry.PORTS)
  })

  it('reads process.env at every call', async () => {
    const env: Record<string, string> = {}
    const evaluate = await inContext({ URL, process: { env } })
    Object.assign(env, { [variable]: '4101', PORT: '8080', [host]: 'box' })
    expect(evaluate(`ports.getPort('${one}')`)).toBe(4101)
    expect(evaluate(`ports.getListenPort('${two}')`)).toBe(8080)
    expect(evaluate(`ports.getOrigin('${one}')`)).toBe(`${scheme}://box:4101`)
    expect(evaluate(`ports.resolvePorts().${one}`)).toBe(4101)
    env[variable] = '4102'
    expect(evaluate(`ports.getPort('${one}')`)).toBe(4102)
    expect(env).toEqual({ [variable]: '4102', PORT: '8080', [host]: 'box' })
  })

  it('reads only the variables of the requested service', async () => {
    const reads: string[] = []
    const env = new Proxy<Record<string, string>>(
      {},
      {
        get: (_, name) => {
          reads.push(String(name))
          return undefined
        },
      },
    )
    const evaluate = await inContext({ URL, process: { env } })
    evaluate(`ports.PORTS.${one} + ports.services.${one}.port`)
    expect(reads).toEqual([])
    evaluate(`ports.getPort('${one}')`)
    const isPinned = (entry.services[one] as entry.ServiceDefinition).pinned !== undefined
    expect(reads).toEqual(isPinned ? [variable] : [variable, 'DRIFTOS_PORT_OFFSET'])
  })
})

describe('every entry', () => {
  it('imports with a broken environment, and throws only at the call', async () => {
    const program = `
      import { getPort, PORTS, PortConfigError, resolvePorts } from './index.ts'
      import { portsEnv, registrySchema } from './schema.ts'
      import { probeService } from './probe.ts'
      const codes = []
      for (const call of [() => getPort('${one}'), () => resolvePorts(), () => probeService('${one}')]) {
        try { await call() } catch (error) { codes.push(error.constructor === PortConfigError && error.code) }
      }
      console.log(JSON.stringify({ PORTS, codes, field: portsEnv.${variable}.safeParse('3').data }))
    `
    const bundle = await bundled({ stdin: { contents: program, resolveDir }, format: 'esm', platform: 'node' })
    const env = {
      [variable]: 'abc',
      [entry.services[two].variable]: '0',
      DRIFTOS_PORT_OFFSET: 'x',
      [host]: 'a/b',
      [url]: 'javascript:',
      PORT: '',
    }
    const running = run(process.execPath, ['--input-type=module', '-'], { env })
    running.child.stdin!.end(bundle)
    const { stdout } = await running
    expect(JSON.parse(stdout)).toEqual({
      PORTS: entry.PORTS,
      codes: ['INVALID_PORT', expect.stringMatching(/^INVALID_/), 'INVALID_URL'],
      field: 3,
    })
  })
})

const resolveDir = fileURLToPath(new URL('.', import.meta.url))

async function bundled(options: BuildOptions): Promise<string> {
  const { outputFiles } = await build({ ...options, bundle: true, write: false })
  return outputFiles[0]!.text
}

/** Evaluates expressions in a context with only these globals and the entry as `ports`. */
async function inContext(globals: Readonly<Record<string, unknown>>) {
  const stdin = { contents: `export * from './index.ts'`, resolveDir }
  const bundle = await bundled({ stdin, format: 'iife', globalName: 'ports', platform: 'neutral' })
  const context = createContext({ ...globals })
  runInContext(bundle, context)
  return (expression: string): unknown => runInContext(expression, context)
}
