import { cp, mkdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import zod from 'zod/package.json' with { type: 'json' }
import manifest from '../package.json' with { type: 'json' }
import { PORTS, services, type ServiceName } from '../src/index.js'
import { makeFolder, pack, packageRoot, run } from './built-package.js'
import { mark, rightUses, rightUsesOfCommonJs, wrongUses } from './consumer-sources.js'

const [one, two, three] = Object.keys(PORTS) as [ServiceName, ServiceName, ServiceName]
const [first, second, third] = [one, two, three].map((name) => services[name].variable)

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
})

afterAll(folder.remove)

describe('type check of a consumer', () => {
  const compilers = ['typescript-5.9', 'typescript-6.0', 'typescript']
  const files = ['right-uses.ts', 'wrong-uses.ts']
  // The stricter resolution also checks every declaration file; a second time would only cost seconds.
  const resolutions = [
    { module: 'esnext', moduleResolution: 'bundler', skipLibCheck: true, files },
    { module: 'nodenext', moduleResolution: 'nodenext', skipLibCheck: false, files: [...files, 'right-uses.cts'] },
    { module: 'node16', moduleResolution: 'node16', skipLibCheck: true, files: ['right-uses.cts'] },
    { module: 'commonjs', moduleResolution: 'node10', skipLibCheck: true, files: ['right-uses.cts'] },
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
      resolutions
        .filter(({ moduleResolution }) => moduleResolution !== 'node10' || compiler === 'typescript-5.9')
        .map((resolution) => [compiler, resolution.moduleResolution, resolution] as const),
    ),
  )(
    'by %s with the resolution %s refuses every wrong use and nothing else',
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
      // TypeScript 7 has no `node10`, and 6.0 deprecates it.
      const lines = sources.includes('wrong-uses.ts') ? wrongLines : []
      expect(await compileErrors(compiler)).toEqual(lines)
    },
    60_000,
  )
})

describe('a consumer', () => {
  it('imports the main entry', async () => {
    const output = await runScript(`
      import { PORTS, getPort, PortConfigError } from '@driftos/ports'
      console.log(PORTS.${one}, getPort('${one}', { ${first}: '4101' }), PortConfigError.name)
    `)
    expect(output).toBe(`${PORTS[one]} 4101 PortConfigError`)
  })

  it('requires the main entry from CommonJS', async () => {
    const output = await runScript(
      `
      const { PORTS, getPort } = require('@driftos/ports')
      console.log(PORTS.${one}, getPort('${one}', { ${first}: '4101' }))
      `,
      { type: 'commonjs' },
    )
    expect(output).toBe(`${PORTS[one]} 4101`)
  })

  it('gets one PortConfigError from import and require', async () => {
    const output = await runScript(
      `
      const { PortConfigError, getPort } = require('@driftos/ports')
      const { defineRegistry } = require('@driftos/ports/define')
      import('@driftos/ports').then((imported) => {
        const errors = [() => getPort('nobody'), () => imported.getPort('nobody'), () => defineRegistry({ services: {}, ranges: {}, history: [] }).getPort('x')]
          .map((call) => { try { call() } catch (error) { return error } })
        console.log(errors.map((error) => error instanceof PortConfigError && error instanceof imported.PortConfigError))
      })
      `,
      { type: 'commonjs' },
    )
    expect(output).toBe('[ true, true, true ]')
  })

  it('imports the registry as JSON, and its schema', async () => {
    const output = await runScript(`
      import config from '@driftos/ports/ports.json' with { type: 'json' }
      import schema from '@driftos/ports/ports.schema.json' with { type: 'json' }
      console.log(config.services.${one}.port, schema.$schema)
    `)
    expect(output).toBe(`${PORTS[one]} https://json-schema.org/draft/2020-12/schema`)
  })

  it('gets one PortConfigError from every entry', async () => {
    const output = await runScript(`
      import { PortConfigError } from '@driftos/ports'
      import { probeService } from '@driftos/ports/probe'
      import { defineRegistry } from '@driftos/ports/define'
      const probed = await probeService('${one}', { env: { ${first}: '0' } }).catch((error) => error)
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
      const env = { ${first}: ' ', ${second}: 'tcp://10.0.0.1:3002', LOG_LEVEL: 'info' }
      const { ${first}: a, ${second}: b, ${third}: c, LOG_LEVEL } = schema.parse({ ...env, ${third}: ' 4100 ' })
      const { error } = schema.safeParse({ ...env, ${third}: '0' })
      console.log(a, b, c, LOG_LEVEL, error.issues.map(({ path }) => path.join()))
    `)
    expect(output).toBe(`${PORTS[one]} ${PORTS[two]} 4100 info [ '${third}' ]`)
  })

  it('spreads portsEnv into a t3-env schema', async () => {
    const output = await runScript(`
      import { portsEnv } from '@driftos/ports/schema'
      import { createEnv } from '@t3-oss/env-core'
      const runtimeEnv = { ${first}: '', ${second}: 'tcp://10.0.0.1:3002', ${third}: '4100' }
      const env = createEnv({ server: { ...portsEnv }, runtimeEnv, emptyStringAsUndefined: true })
      console.log(env.${first}, env.${second}, env.${third})
    `)
    expect(output).toBe(`${PORTS[one]} ${PORTS[two]} 4100`)
  })

  it('may have the oldest zod that the package admits', async () => {
    const output = await runScript(
      `
      import registry from '@driftos/ports/ports.json' with { type: 'json' }
      import { portSchema, portsEnv, registrySchema } from '@driftos/ports/schema'
      import { z } from 'zod'
      const { ${first}: a, ${second}: b } = z.object(portsEnv).parse({ ${second}: '4102' })
      console.log(a, b, portSchema.parse(' 4103 '), registrySchema.safeParse(registry).success)
      `,
      { cwd: consumerOfOldestZod },
    )
    expect(output).toBe(`${PORTS[one]} 4102 4103 true`)
  })

  it('without zod has every entry but the schema', async () => {
    const output = await runScript(
      `
      import { PORTS } from '@driftos/ports'
      import { isPortOpen } from '@driftos/ports/probe'
      const { code } = await import('@driftos/ports/schema').catch((error) => error)
      console.log(PORTS.${one}, typeof isPortOpen, code)
      `,
      { cwd: consumerWithoutZod },
    )
    expect(output).toBe(`${PORTS[one]} function ERR_MODULE_NOT_FOUND`)
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
