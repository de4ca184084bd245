import { mkdir, writeFile } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { acme, acmeDefinition, acmePorts, acmeRegistry, configOf, configWith } from '../acme.fixture.js'
import { makeRepository } from '../repository.fixture.js'
import { UsageError } from '../usage-error.js'
import { loadProject } from './project.js'

const { services, ranges, history, retired } = acme
const json = JSON.stringify({ $schema: 'https://example.com/ports.schema.json', ...acme })
const compiled = acmeRegistry.replaceAll(' as const', '')

/** Every form of a registry, by its file. */
const forms: Readonly<Record<string, Readonly<Record<string, string>>>> = {
  'plain tables': { 'ports.ts': acmeRegistry },
  'plain tables of JavaScript': { 'ports.mjs': compiled },
  'a default export of the tables': {
    'ports.ts': `${acmeRegistry.replaceAll('export const', 'const')}export default { services, ranges, history, retired }`,
  },
  'a named defineRegistry': { 'ports.ts': acmeDefinition },
  'a default defineRegistry': { 'ports.ts': acmeDefinition.replace('export const registry =', 'export default') },
  'a destructured defineRegistry': {
    'ports.ts': acmeDefinition.replace('export const registry =', 'export const { PORTS, getPort } ='),
  },
  'computed tables': { 'ports.ts': acmeRegistry.replace('port: 7001', 'port: 7000 + 1') },
  JSON: { 'ports.json': json },
  'JSON with a byte order mark': { 'ports.json': `\uFEFF${json}` },
}

describe.each(Object.entries(forms))('a registry in %s', (_, files) => {
  const [file = ''] = Object.keys(files)

  it('is loaded with its tables', async () => {
    const root = await makeRepository({ 'package.json': configOf({ registry: file }), ...files })
    const { registry, registryFile } = await loadProject(root)
    expect(registryFile).toBe(join(root, file))
    expect(registry).toMatchObject({ PORTS: acmePorts, services, ranges, history, retired })
    expect(registry.getOrigin('shop', { SHOP_PORT: '8001' })).toBe('http://localhost:8001')
    expect(registry.findService(7000)).toEqual({ port: 7000, status: 'retired', service: 'shop', movedTo: 7001 })
  })

  it('is read again after an edit', async () => {
    const root = await makeRepository({ 'package.json': configOf({ registry: file }), ...files })
    await loadProject(root)
    const { [file]: text = '' } = files
    await writeFile(join(root, file), text.replaceAll('7433', '7434'))
    expect((await loadProject(root)).registry.PORTS).toMatchObject({ database: 7434 })
  })
})

describe('the configuration', () => {
  const ignore = [{ files: 'old/**', reason: 'temporary' }]
  const body = `{ registry: './src/ports.ts', ignore: [{ files: 'old/**', reason: 'temporary' }] }`

  it.each([
    [
      'driftos-ports.config.ts',
      `import { defineConfig } from '@driftos/ports-cli'\nexport default defineConfig(${body})`,
    ],
    [
      'driftos-ports.config.ts',
      `import type { Config } from '@driftos/ports-cli'\nenum Where { Ports = './src/ports.ts' }
export default { registry: Where.Ports, ignore: ${JSON.stringify(ignore)} } satisfies Config`,
    ],
    ['driftos-ports.config.mjs', `export default ${body}`],
    ['driftos-ports.config.js', `module.exports = ${body}`],
    ['driftos-ports.config.json', JSON.stringify({ registry: './src/ports.ts', ignore })],
    ['package.json', configOf({ registry: './src/ports.ts', ignore })],
  ])('is found in a parent directory as %s', async (file, text) => {
    const root = await makeRepository({
      'package.json': '{ "name": "acme" }',
      [file]: text,
      'src/ports.ts': acmeRegistry,
      'apps/shop/package.json': '{ "name": "shop" }',
    })
    const { registry, loadGenerators, ...project } = await loadProject(join(root, 'apps/shop'))
    expect(project).toEqual({
      root,
      configFile: join(root, file),
      registryFile: join(root, 'src/ports.ts'),
      packageFile: join(root, 'package.json'),
      ignore,
    })
    expect(registry.PORTS).toEqual(acmePorts)
    expect(await loadGenerators()).toEqual([])
  })

  it('has generators of this package and of the repository', async () => {
    const own = `{ file: 'hosts', render: ({ services }) => Object.keys(services).join() + '\\n' }`
    const root = await makeRepository({
      'driftos-ports.config.ts': configWith('./ports.ts', ['envExample()', `[${own}]`]),
      'ports.ts': acmeRegistry,
    })
    const generators = await (await loadProject(root)).loadGenerators()
    expect(generators.map(({ file }) => file)).toEqual(['.env.example', 'hosts'])
    expect(generators.map(({ render }) => render(acme))).toEqual([
      expect.stringContaining('# SHOP_PORT=7001\n'),
      'shop,database\n',
    ])
  })

  it('is not evaluated beyond its literals until generators are needed', async () => {
    const root = await makeRepository({
      'driftos-ports.config.ts': configWith('./ports.ts', ['fail()']).replace(
        /import.*/,
        `import { fail } from './missing.js'\nimport { defineConfig } from '@driftos/ports-cli'`,
      ),
      'ports.ts': acmeRegistry,
    })
    const { registry, loadGenerators } = await loadProject(root)
    expect(registry.PORTS).toEqual(acmePorts)
    await expect(loadGenerators()).rejects.toThrow(/^Cannot load driftos-ports\.config\.ts|^Cannot load .*missing/)
  })

  it('is the nearest one', async () => {
    const root = await makeRepository({
      'package.json': configOf({ registry: './missing.ts' }),
      'shop/package.json': configOf({ registry: 'ports.ts' }),
      'shop/ports.ts': acmeRegistry,
    })
    expect(await loadProject(join(root, 'shop'))).toMatchObject({ root: join(root, 'shop') })
  })

  it('names the package of changesets', async () => {
    const root = await makeRepository({
      'package.json': configOf({ registry: 'ports.json', package: 'packages/ports' }),
      'ports.json': json,
      'packages/ports/package.json': '{ "name": "@acme/ports" }',
    })
    expect(await loadProject(root)).toMatchObject({ packageFile: join(root, 'packages/ports/package.json') })
  })

  it.each([
    ['two files', { 'driftos-ports.config.json': '{}', 'driftos-ports.config.ts': '' }, /has 2 configurations/],
    ['broken JSON', { 'driftos-ports.config.json': '{' }, /driftos-ports\.config\.json is not JSON/],
    ['a syntax error', { 'driftos-ports.config.ts': 'export default {' }, /^Cannot load driftos-ports\.config\.ts/],
    ['no default export', { 'driftos-ports.config.ts': 'export const a = 1' }, /expected an object|registry: expected/],
    [
      'a missing package',
      { 'package.json': configOf({ registry: './p.json', package: 'nowhere' }) },
      /^package: expected/,
    ],
    ['a missing registry', { 'package.json': configOf({ registry: './p.json' }) }, /^Cannot read the registry p\.json/],
    [
      'a package that is not installed',
      { 'package.json': configOf({ registry: '@acme/ports' }) },
      /@acme\/ports is not installed/,
    ],
  ])('is refused with %s', async (_, files, message) => {
    const loading = loadProject(await makeRepository(files))
    await expect(loading).rejects.toThrow(message)
    await expect(loading).rejects.toBeInstanceOf(UsageError)
  })

  it('is refused with every problem at once', async () => {
    const config = { registry: 1, generate: [{}], ignore: [{ files: '', why: '' }], artifacts: [] }
    const root = await makeRepository({ 'package.json': JSON.stringify({ 'driftos-ports': config }) })
    await expect(loadProject(root)).rejects.toThrowErrorMatchingInlineSnapshot(`
      [Error: Invalid configuration in "driftos-ports" of package.json:
      - unknown field artifacts: expected one of registry, generate, ignore, package, composeProject
      - registry: expected the path of a module or JSON file, or the name of a package, got 1
      - generate, entry 1: expected { file, region?, render(registry) }, such as envExample(), got an object
      - ignore[0]: unknown field why: expected one of files, rule, reason
      - ignore[0].files: expected a glob, got ""
      - ignore[0].reason: expected a text, got nothing]
    `)
  })
})

describe('an invalid registry', () => {
  it.each(['ports.ts', 'ports.json'])('in %s is refused with every problem at once', async (file) => {
    const tables = {
      services: { shop: { ...services['shop'], port: 0, variable: 'shop', colour: 'red' }, Cart: services['database'] },
      ranges: [],
    }
    const text = JSON.stringify(tables)
    const root = await makeRepository({
      'package.json': configOf({ registry: `./${file}` }),
      [file]: file.endsWith('.json') ? text : `export default ${text}`,
    })
    const error = await loadProject(root).catch((thrown: Error) => thrown.message)
    expect(error).toMatch(new RegExp(`^${file} contains no valid registry:\n`))
    for (const place of [
      'services.shop.port: expected',
      'services.shop.variable: expected',
      'services.shop.colour: unknown field',
      'the name of an entry in `services`: expected',
      'ranges: expected',
    ]) {
      expect(error).toContain(`- ${place}`)
    }
  })

  it('is refused with every contradiction', async () => {
    const shop = services['shop']!
    const twins = { shop, store: { ...shop, containerName: 'acme-store' } }
    const root = await makeRepository({
      'package.json': configOf({ registry: './ports.json' }),
      'ports.json': JSON.stringify({ services: twins, ranges, history }),
    })
    await expect(loadProject(root)).rejects.toThrow(/- shop and store both have port 7001[^]*- shop and store both use/)
  })
})

describe('without a configuration', () => {
  const installed = { 'node_modules/@driftos/ports/ports.json': json }
  const exports = JSON.stringify({
    name: '@driftos/ports',
    version: '9.9.9',
    exports: { './ports.json': './ports.json' },
  })

  it.each(['dependencies', 'devDependencies', 'peerDependencies', 'optionalDependencies'])(
    'the registry is the installed @driftos/ports of %s',
    async (field) => {
      const root = await makeRepository({
        'package.json': JSON.stringify({ [field]: { '@driftos/ports': '^9.0.0' } }),
        ...installed,
        'node_modules/@driftos/ports/package.json': exports,
        'src/deep/main.ts': '',
      })
      const { registry, registryFile, ...project } = await loadProject(join(root, 'src/deep'))
      expect(registry.PORTS).toEqual(acmePorts)
      expect(registryFile).toBeUndefined()
      expect(project).toMatchObject({ root, ignore: [] })
    },
  )

  it('the registry is refused where the package is not installed', async () => {
    const root = await makeRepository({ 'package.json': '{ "dependencies": { "@driftos/ports": "1" } }' })
    await expect(loadProject(root)).rejects.toThrow('@driftos/ports is not installed')
  })

  it.each(['{', 'null', '{}', '{ "services": {} }'])('a damaged registry is refused: %s', async (text) => {
    const root = await makeRepository({
      'package.json': '{ "dependencies": { "@driftos/ports": "9" } }',
      'node_modules/@driftos/ports/ports.json': text,
      'node_modules/@driftos/ports/package.json': exports,
    })
    await expect(loadProject(root)).rejects.toThrow(UsageError)
  })

  it('there is no registry where the nearest package does not depend on it', async () => {
    const root = await makeRepository({ 'package.json': '{ "name": "acme" }' })
    await expect(loadProject(root)).rejects.toThrow(/^No port registry here: .*driftos-ports init.*--registry/)
  })
})

describe('--registry', () => {
  it('names a file, which wins over a configuration', async () => {
    const root = await makeRepository({
      'package.json': configOf({ registry: './missing.ts' }),
      'other/ports.ts': acmeRegistry,
      'other/package.json': '{ "name": "other" }',
    })
    const project = await loadProject(root, 'other/ports.ts')
    expect(project.registry.PORTS).toEqual(acmePorts)
    expect(project).toMatchObject({
      root: join(root, 'other'),
      registryFile: join(root, 'other/ports.ts'),
      packageFile: join(root, 'other/package.json'),
    })
  })

  it('uses the configuration that has the same registry', async () => {
    const root = await makeRepository({
      'driftos-ports.config.ts': configWith('./ports.ts', ['envExample()']),
      'ports.ts': acmeRegistry,
      'src/main.ts': '',
    })
    const project = await loadProject(join(root, 'src'), '../ports.ts')
    expect(project.configFile).toBe(join(root, 'driftos-ports.config.ts'))
    expect(await project.loadGenerators()).toHaveLength(1)
  })

  it('names an installed package', async () => {
    const root = await makeRepository({ 'package.json': '{}' })
    const file = join(root, 'node_modules/@acme/ports/index.js')
    await mkdir(dirname(file), { recursive: true })
    await writeFile(file, `module.exports = require('./tables.cjs')`)
    await writeFile(join(dirname(file), 'tables.cjs'), `module.exports = ${JSON.stringify(acme)}`)
    await writeFile(join(dirname(file), 'package.json'), '{ "name": "@acme/ports" }')
    const { registry, registryFile } = await loadProject(root, '@acme/ports')
    expect(registry.PORTS).toEqual(acmePorts)
    expect(registryFile).toBeUndefined()
  })

  it('is refused where it names nothing', async () => {
    const root = await makeRepository({})
    await expect(loadProject(root, './nothing.ts')).rejects.toThrow('no such file')
    await expect(loadProject(root, '@acme/nothing')).rejects.toThrow('not installed')
  })
})
