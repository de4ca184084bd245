import { cp, mkdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import zod from 'zod/package.json' with { type: 'json' }
import manifest from '../package.json' with { type: 'json' }
import { PORTS } from '../src/index.js'
import { makeFolder, pack, packageRoot, run } from './built-package.js'
import { mark, rightUses, rightUsesOfCommonJs, wrongUses } from './consumer-sources.js'

const folder = await makeFolder()
const consumer = join(folder.path, 'consumer')
const consumerWithoutZod = join(folder.path, 'consumer-without-zod')
const consumerOfOldestZod = join(folder.path, 'consumer-of-oldest-zod')

beforeAll(async () => {
  const { tarball } = await pack(folder.path)
  await mkdir(consumer)
  await writeFile(join(consumer, 'package.json'), '{ "private": true, "type": "module" }')
  const options = ['--prefer-offline', '--no-audit', '--no-fund', '--ignore-scripts', '--omit=peer']
  const oldestZod = manifest.peerDependencies.zod.replace('^', 'oldest-zod@npm:zod@')
  const packages = [tarball, `zod@${zod.version}`, oldestZod, '@types/node@20', '@t3-oss/env-core@0.13']
  await run('npm', ['install', ...options, ...packages], { cwd: consumer, shell: process.platform === 'win32' })

  const modules = join(consumer, 'node_modules')
  for (const other of [consumerWithoutZod, consumerOfOldestZod]) {
    await cp(join(modules, '@driftos/ports'), join(other, 'node_modules/@driftos/ports'), { recursive: true })
  }
  await cp(join(modules, 'oldest-zod'), join(consumerOfOldestZod, 'node_modules/zod'), { recursive: true })
}, 180_000)

afterAll(folder.remove)

describe('type check of a consumer', () => {
  const compilers = ['typescript-5.9', 'typescript-6.0', 'typescript']
  const files = ['right-uses.ts', 'wrong-uses.ts']
  // The stricter resolution also checks every declaration file; a second time would only cost seconds.
  const resolutions = [
    { module: 'esnext', moduleResolution: 'bundler', skipLibCheck: true, files },
    { module: 'nodenext', moduleResolution: 'nodenext', skipLibCheck: false, files: [...files, 'right-uses.cts'] },
  ]
  const wrongLines = wrongUses
    .split('\n')
    .flatMap((line, index) => (line.endsWith(mark) ? [`wrong-uses.ts:${index + 1}`] : []))

  beforeAll(async () => {
    await writeFile(join(consumer, 'right-uses.ts'), rightUses)
    await writeFile(join(consumer, 'right-uses.cts'), rightUsesOfCommonJs)
    await writeFile(join(consumer, 'wrong-uses.ts'), wrongUses)
  })

  it.each(
    compilers.flatMap((compiler) =>
      resolutions.map((resolution) => [compiler, resolution.module, resolution] as const),
    ),
  )(
    'by %s with %s modules refuses every wrong use and nothing else',
    async (compiler, _, { files: sources, ...resolution }) => {
      const compilerOptions = {
        ...resolution,
        target: 'es2022',
        lib: ['es2023'],
        types: ['node'],
        strict: true,
        exactOptionalPropertyTypes: true,
        resolveJsonModule: true,
        skipDefaultLibCheck: true,
        noEmit: true,
      }
      await writeFile(join(consumer, 'tsconfig.json'), JSON.stringify({ compilerOptions, files: sources }))
      expect(await compileErrors(compiler)).toEqual(wrongLines)
    },
    60_000,
  )
})

describe('a consumer', () => {
  it('imports the main entry', async () => {
    const output = await runScript(`
      import { PORTS, getPort, PortConfigError } from '@driftos/ports'
      console.log(PORTS.core, getPort('core', { CORE_PORT: '4101' }), PortConfigError.name)
    `)
    expect(output).toBe(`${PORTS.core} 4101 PortConfigError`)
  })

  it.runIf('require_module' in process.features)('requires the main entry from CommonJS', async () => {
    const output = await runScript(
      `
      const { PORTS, getPort } = require('@driftos/ports')
      console.log(PORTS.core, getPort('core', { CORE_PORT: '4101' }))
      `,
      { type: 'commonjs' },
    )
    expect(output).toBe(`${PORTS.core} 4101`)
  })

  it('imports the registry as JSON, and its schema', async () => {
    const output = await runScript(`
      import config from '@driftos/ports/ports.json' with { type: 'json' }
      import schema from '@driftos/ports/ports.schema.json' with { type: 'json' }
      console.log(config.services.core.port, schema.$schema)
    `)
    expect(output).toBe(`${PORTS.core} https://json-schema.org/draft/2020-12/schema`)
  })

  it('gets one PortConfigError from every entry', async () => {
    const output = await runScript(`
      import { PortConfigError } from '@driftos/ports'
      import { probeService } from '@driftos/ports/probe'
      import { defineRegistry } from '@driftos/ports/define'
      const probed = await probeService('core', { env: { CORE_PORT: '0' } }).catch((error) => error)
      const { resolvePorts } = defineRegistry({
        services: { shop: { port: 4000, containerName: 'shop', variable: 'SHOP_PORT', scheme: 'http', status: 'active', summary: 'The shop' } }, ranges: {}, history: [],
      })
      const resolved = await Promise.resolve({ SHOP_PORT: '0' }).then(resolvePorts).catch((error) => error)
      console.log([probed, resolved].map((error) => error instanceof PortConfigError && error.code))
    `)
    expect(output).toBe("[ 'INVALID_PORT', 'INVALID_PORT' ]")
  })

  it('spreads portsEnv into a zod schema', async () => {
    const output = await runScript(`
      import { portsEnv } from '@driftos/ports/schema'
      import { z } from 'zod'
      const schema = z.object({ ...portsEnv, LOG_LEVEL: z.string() })
      const env = { GATEWAY_PORT: ' 4100 ', CORE_PORT: ' ', EMBED_PORT: 'tcp://10.0.0.1:3002', LOG_LEVEL: 'info' }
      const { GATEWAY_PORT, CORE_PORT, EMBED_PORT, DEMO_PORT, LOG_LEVEL } = schema.parse(env)
      const { error } = schema.safeParse({ ...env, DEMO_PORT: '0' })
      console.log(GATEWAY_PORT, CORE_PORT, EMBED_PORT, DEMO_PORT, LOG_LEVEL, error.issues.map(({ path }) => path.join()))
    `)
    expect(output).toBe(`4100 ${PORTS.core} ${PORTS.embed} ${PORTS.demo} info [ 'DEMO_PORT' ]`)
  })

  it('spreads portsEnv into a t3-env schema', async () => {
    const output = await runScript(`
      import { portsEnv } from '@driftos/ports/schema'
      import { createEnv } from '@t3-oss/env-core'
      const runtimeEnv = { GATEWAY_PORT: '4100', CORE_PORT: '', EMBED_PORT: 'tcp://10.0.0.1:3002' }
      const env = createEnv({ server: { ...portsEnv }, runtimeEnv, emptyStringAsUndefined: true })
      console.log(env.GATEWAY_PORT, env.CORE_PORT, env.EMBED_PORT, env.DEMO_PORT)
    `)
    expect(output).toBe(`4100 ${PORTS.core} ${PORTS.embed} ${PORTS.demo}`)
  })

  it('may have the oldest zod that the package admits', async () => {
    const output = await runScript(
      `
      import registry from '@driftos/ports/ports.json' with { type: 'json' }
      import { portSchema, portsEnv, registrySchema } from '@driftos/ports/schema'
      import { z } from 'zod'
      const { CORE_PORT, EMBED_PORT } = z.object(portsEnv).parse({ EMBED_PORT: '4102' })
      console.log(CORE_PORT, EMBED_PORT, portSchema.parse(' 4103 '), registrySchema.safeParse(registry).success)
      `,
      { cwd: consumerOfOldestZod },
    )
    expect(output).toBe(`${PORTS.core} 4102 4103 true`)
  })

  it('without zod has every entry but the schema', async () => {
    const output = await runScript(
      `
      import { PORTS } from '@driftos/ports'
      import { isPortOpen } from '@driftos/ports/probe'
      const { code } = await import('@driftos/ports/schema').catch((error) => error)
      console.log(PORTS.core, typeof isPortOpen, code)
      `,
      { cwd: consumerWithoutZod },
    )
    expect(output).toBe(`${PORTS.core} function ERR_MODULE_NOT_FOUND`)
  })

  it('does not reach the files behind the entries', async () => {
    const output = await runScript(`
      const { code } = await import('@driftos/ports/dist/index.js').catch((error) => error)
      console.log(code)
    `)
    expect(output).toBe('ERR_PACKAGE_PATH_NOT_EXPORTED')
  })
})

/** Each line that does not compile as `file:line`, in order; any other complaint of the compiler as it is. */
async function compileErrors(compiler: string): Promise<string[]> {
  const tsc = join(packageRoot, 'node_modules', compiler, 'bin/tsc')
  const { stdout } = await run(process.execPath, [tsc, '--pretty', 'false'], { cwd: consumer }).catch(
    (error: { stdout: string }) => error,
  )
  const lines = stdout.split(/\r?\n/).filter((line) => line.includes('error TS'))
  return [...new Set(lines.map((line) => line.replace(/^(\S+)\((\d+),\d+\): .*/, '$1:$2')))]
}

async function runScript(source: string, { type = 'module', cwd = consumer } = {}): Promise<string> {
  const env = { ...process.env, DRIFTOS_PORT_OFFSET: '' }
  const { stdout } = await run(process.execPath, [`--input-type=${type}`, '--eval', source], { cwd, env })
  return stdout.trim()
}
