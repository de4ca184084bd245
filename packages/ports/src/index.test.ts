import { execFile } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { createContext, runInContext } from 'node:vm'
import { build, type BuildOptions } from 'esbuild'
import { describe, expect, it } from 'vitest'
import * as entry from './index.js'

const run = promisify(execFile)

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
    expect(evaluate(`ports.getPort('core')`)).toBe(entry.PORTS.core)
    expect(evaluate(`ports.getListenPort('core')`)).toBe(entry.PORTS.core)
    expect(evaluate(`ports.getHost('core')`)).toBe('localhost')
    expect(evaluate(`ports.getOrigin('core')`)).toBe(`http://localhost:${entry.PORTS.core}`)
    expect(evaluate('ports.getDatabaseUrl()')).toBe(
      `postgresql://postgres:postgres@localhost:${entry.PORTS.postgres}/postgres`,
    )
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
    Object.assign(env, { CORE_PORT: '4101', PORT: '8080', CORE_HOST: 'box', POSTGRES_DB: 'drift' })
    expect(evaluate(`ports.getPort('core')`)).toBe(4101)
    expect(evaluate(`ports.getListenPort('embed')`)).toBe(8080)
    expect(evaluate(`ports.getOrigin('core')`)).toBe('http://box:4101')
    expect(evaluate('ports.getDatabaseUrl()')).toMatch(/\/drift$/)
    expect(evaluate('ports.resolvePorts().core')).toBe(4101)
    env['CORE_PORT'] = '4102'
    expect(evaluate(`ports.getPort('core')`)).toBe(4102)
    expect(env).toEqual({ CORE_PORT: '4102', PORT: '8080', CORE_HOST: 'box', POSTGRES_DB: 'drift' })
  })

  it('reads only the variables of what is asked', async () => {
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
    evaluate(`ports.PORTS.core + ports.services.core.port`)
    expect(reads).toEqual([])
    evaluate(`ports.getPort('core')`)
    expect(reads).toEqual(['CORE_PORT', 'DRIFTOS_PORT_OFFSET'])
  })
})

describe('every entry', () => {
  it('imports with a broken environment, and throws only at the call', async () => {
    const program = `
      import { getPort, PORTS, PortConfigError, resolvePorts } from './index.ts'
      import { portsEnv, registrySchema } from './schema.ts'
      import { probeService } from './probe.ts'
      const codes = []
      for (const call of [() => getPort('core'), () => resolvePorts(), () => probeService('core')]) {
        try { await call() } catch (error) { codes.push(error.constructor === PortConfigError && error.code) }
      }
      console.log(JSON.stringify({ PORTS, codes, field: portsEnv.CORE_PORT.safeParse('3').data }))
    `
    const bundle = await bundled({ stdin: { contents: program, resolveDir }, format: 'esm', platform: 'node' })
    const env = {
      CORE_PORT: 'abc',
      EMBED_PORT: '0',
      DRIFTOS_PORT_OFFSET: 'x',
      CORE_HOST: 'a/b',
      CORE_URL: 'javascript:',
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

/** Evaluates expressions beside the entry as `ports`, where nothing but these globals is. */
async function inContext(globals: Readonly<Record<string, unknown>>) {
  const stdin = { contents: `export * from './index.ts'`, resolveDir }
  const bundle = await bundled({ stdin, format: 'iife', globalName: 'ports', platform: 'neutral' })
  const context = createContext({ ...globals })
  runInContext(bundle, context)
  return (expression: string): unknown => runInContext(expression, context)
}
