import { symlink, mkdir } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { createRequire } from 'node:module'
import * as own from '@driftos/ports'
import { describe, expect, it } from 'vitest'
import { artifactNames } from '../generate/names.js'
import { UsageError } from '../command.js'
import { loadProject } from './project.js'
import { makeRepository } from '../repository.fixture.js'
import { acmePorts, acmeRegistry, configOf } from '../acme.fixture.js'

describe('loadProject', () => {
  it("gives DriftOS's own registry and every artifact where there is no configuration", async () => {
    const root = await makeRepository({ 'apps/core/src/main.ts': '' })
    const project = await loadProject(join(root, 'apps/core/src'))
    expect(project).toMatchObject({ root, config: { artifacts: artifactNames, ignore: [] } })
    expect(project.registry.PORTS).toBe(own.PORTS)
  })

  it('knows no root where there is neither a configuration nor a workspace', async () => {
    expect(await loadProject('/')).toMatchObject({ root: undefined })
  })

  it('finds a TypeScript configuration from a folder below it', async () => {
    const root = await makeRepository({
      'driftos-ports.config.ts': `import type { Config } from '@driftos/ports-cli'
enum Where { Ports = './src/ports.ts' }
export default { registry: Where.Ports, ignore: [{ files: 'old/**', reason: 'goes soon' }] } satisfies Config`,
      'src/ports.ts': acmeRegistry,
      'apps/shop/package.json': '{ "name": "shop" }',
    })
    const { registry, ...project } = await loadProject(join(root, 'apps/shop'))
    expect(project).toEqual({
      root,
      configFile: join(root, 'driftos-ports.config.ts'),
      config: { registry: './src/ports.ts', artifacts: [], ignore: [{ files: 'old/**', reason: 'goes soon' }] },
    })
    expect(registry.PORTS).toEqual(acmePorts)
    expect(registry.getOrigin('shop', { SHOP_PORT: '8001' })).toBe('http://localhost:8001')
    expect(registry.findService(7000)).toEqual({ port: 7000, status: 'retired', service: 'shop', movedTo: 7001 })
  })

  it('finds one in package.json, and a registry in JSON', async () => {
    const { services, ranges, history } = own
    const root = await makeRepository({
      'package.json': configOf({ registry: 'ports.json', artifacts: ['env-example'] }),
      'ports.json': JSON.stringify({ $schema: 'https://example.com/ports.schema.json', services, ranges, history }),
    })
    const { registry, config } = await loadProject(root)
    expect(config.artifacts).toEqual(['env-example'])
    expect(registry.PORTS).toEqual(own.PORTS)
    expect(registry.getDatabaseUrl?.({})).toBe(own.getDatabaseUrl({}))
  })

  it('keeps to the nearest configuration', async () => {
    const root = await makeRepository({
      'package.json': configOf({ registry: 'missing.ts' }),
      'shop/package.json': configOf({ registry: 'ports.ts' }),
      'shop/ports.ts': acmeRegistry,
    })
    expect(await loadProject(join(root, 'shop'))).toMatchObject({ root: join(root, 'shop') })
  })

  it("configures DriftOS's own registry where the configuration names none", async () => {
    const ignore = [{ files: '*.md', rule: 'retired-port', reason: 'history' }]
    const root = await makeRepository({ 'package.json': configOf({ ignore }) })
    const { registry, config } = await loadProject(root)
    expect(registry.PORTS).toBe(own.PORTS)
    expect(config).toEqual({ artifacts: artifactNames, ignore })
  })

  it.each([
    [
      'default export of the tables',
      acmeRegistry.replaceAll('export const', 'const') + 'export default { services, ranges, history }',
    ],
    ['default export that is required', 'module.exports = require("./tables.ts")'],
  ])('takes a %s', async (_, module) => {
    const files = { 'package.json': configOf({ registry: 'ports.ts' }), 'ports.ts': module, 'tables.ts': acmeRegistry }
    const { registry } = await loadProject(await makeRepository(files))
    expect(registry.PORTS).toEqual(acmePorts)
  })

  it('takes what defineRegistry of the built package gives', async () => {
    const root = await makeRepository({
      'package.json': configOf({ registry: 'ports.ts' }),
      'ports.ts': `import { defineRegistry } from '@driftos/ports/define'
${acmeRegistry.replaceAll('export const', 'const')}
export const { PORTS, getPort } = defineRegistry({ services, ranges, history })
export { services, ranges, history }`,
    })
    const built = dirname(createRequire(import.meta.url).resolve('@driftos/ports/package.json'))
    await mkdir(join(root, 'node_modules/@driftos'), { recursive: true })
    await symlink(built, join(root, 'node_modules/@driftos/ports'), 'junction')
    const { registry } = await loadProject(root)
    expect(registry.getPort('database', {})).toBe(acmePorts.database)
  })

  describe('refuses', () => {
    it.each([
      [
        'a configuration that does not compile',
        { 'driftos-ports.config.ts': 'export default {' },
        /^Cannot load driftos-ports\.config\.ts: /,
      ],
      [
        'one that throws',
        { 'driftos-ports.config.ts': 'throw new Error("why not")' },
        /^Cannot load driftos-ports\.config\.ts: why not$/,
      ],
      [
        'one without a default export',
        { 'driftos-ports.config.ts': 'export const a = 1' },
        /^The default export of driftos-ports\.config\.ts is no configuration:\n- /,
      ],
      [
        'one that is a list',
        { 'package.json': '{ "driftos-ports": [] }' },
        /^"driftos-ports" in package\.json is no configuration:\n- it has to be an object$/,
      ],
      ['a manifest that is no JSON', { 'package.json': '{ "driftos-ports": ' }, /^Cannot read .*package\.json: /],
      [
        'two in one folder',
        { 'package.json': configOf({}), 'driftos-ports.config.ts': 'export default {}' },
        / are two configurations$/,
      ],
      [
        'a registry that is missing',
        { 'package.json': configOf({ registry: 'ports.ts' }) },
        /^Cannot load ports\.ts: /,
      ],
      [
        'a module that holds none',
        { 'package.json': configOf({ registry: 'ports.ts' }), 'ports.ts': '' },
        /^ports\.ts holds no valid registry:\n- services: .*\n- ranges: .*\n- history: /,
      ],
      [
        'a module that keeps its tables to itself',
        { 'package.json': configOf({ registry: 'ports.ts' }), 'ports.ts': 'export const getPort = () => 7001' },
        /^ports\.ts holds no valid registry:\n- services: .*\n- ranges: .*\n- history: /,
      ],
      [
        'JSON with a port as text',
        {
          'package.json': configOf({ registry: 'ports.json' }),
          'ports.json': '{ "services": { "a": { "port": "7000" } }, "ranges": {}, "history": [] }',
        },
        /^ports\.json holds no valid registry:\n- services\.a\.port: /,
      ],
      [
        'a registry that contradicts itself',
        {
          'package.json': configOf({ registry: 'ports.ts' }),
          'ports.ts': acmeRegistry.replace('port: 7433', 'port: 7001'),
        },
        /^ports\.ts holds no valid registry:\n- services\.database\.port: shop and database both hold port 7001: give one of them another\n/,
      ],
      [
        'one that defineRegistry would refuse',
        {
          'package.json': configOf({ registry: 'ports.ts' }),
          'ports.ts': `${acmeRegistry.replace('port: 7433', 'port: 7001')}\nexport const getPort = () => 7001`,
        },
        /^ports\.ts: The registry contradicts itself:\nshop and database both hold port 7001: /,
      ],
    ])('%s', async (_, files, message) => {
      const root = await makeRepository(files)
      const error: unknown = await loadProject(root).catch((reason: unknown) => reason)
      expect(error).toBeInstanceOf(UsageError)
      expect((error as UsageError).message).toMatch(message)
    })
  })
})
