import { chmod, cp, readFile, rename, rm, stat, symlink, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { beforeAll, describe, expect, it } from 'vitest'
import { makeRepository, readAll } from '../repository.fixture.js'
import { cli, commit, git, makeProject, makeSharedProject, exampleSource, exampleTables } from './project.fixture.js'
import { readTables, type Tables } from '../project/source.js'

const names = Object.keys(exampleTables.services)

/** Returns a port of the range of a service that is free, else one outside of all ranges. */
function freePort(name: string, tables = exampleTables, count = 0): number {
  const range = tables.ranges[tables.services[name]?.group ?? '']
  const taken = new Set([
    ...Object.values(tables.services).map(({ port }) => port),
    ...tables.history.map(({ from }) => from),
  ])
  const inside = (port: number) => Object.values(tables.ranges).some(({ first, last }) => port >= first && port <= last)
  const ports = Array.from({ length: 20_000 }, (_, index) => (range?.first ?? 5000) + index)
  return ports.filter((port) => !taken.has(port) && (range ? port <= range.last : !inside(port)))[count]!
}

async function tablesOf(root: string, file = 'ports.ts'): Promise<Tables> {
  return readTables(await readFile(join(root, file), 'utf8'), file)
}

async function filesOf(root: string): Promise<Record<string, string>> {
  const files = await readAll(root)
  return Object.fromEntries(Object.entries(files).filter(([file]) => !file.startsWith('.git/')))
}

function changesets(files: Readonly<Record<string, string>>): Record<string, string> {
  return Object.fromEntries(Object.entries(files).filter(([file]) => /^\.changeset\/.*\.md$/.test(file)))
}

let template: string

beforeAll(async () => {
  template = await makeSharedProject({ 'ports.ts': exampleSource })
  await cli(template, 'sync')
  await commit(template, '1.0.0')
})

/** A project with the registry of the fixture, in step with its generators, and released. */
async function makeReleased(): Promise<string> {
  const root = join(await makeRepository({}), 'a project')
  await cp(template, root, { recursive: true })
  return root
}

describe('move', () => {
  it.each(names)('moves %s once, however often it moves before the release', async (name) => {
    const root = await makeReleased()
    const released = await filesOf(root)
    const { port: from, variable } = exampleTables.services[name]!
    const [first, second] = [freePort(name), freePort(name, exampleTables, 1)]
    expect(await cli(root, 'move', name, `${first}`, '--reason', 'a test')).toMatchObject({ code: 0, stderr: '' })
    expect(await cli(root, 'move', name, `${second}`, '--reason', 'a better port')).toMatchObject({
      code: 0,
      stderr: '',
    })
    const after = await filesOf(root)
    const { services, history } = await tablesOf(root)
    const { reuses: _, ...expected } = exampleTables.services[name]!
    expect(services[name]).toEqual({ ...expected, port: second })
    expect(history).toEqual([...exampleTables.history, { service: name, from, to: second, reason: 'a better port' }])
    expect(changesets(after)).toEqual({
      [`.changeset/port-${name}.md`]: `---\n'acme': major\n---\n\n\`${name}\` moved from port ${from} to ${second}: a better port. Set ${variable}=${from} to stay.\n`,
    })
    expect(await cli(root, 'sync', '--check')).toMatchObject({ code: 0 })
    expect(await cli(root, 'diff', '--check')).toMatchObject({ code: 0 })

    expect(await cli(root, 'move', name, `${from}`, '--reason', 'back')).toMatchObject({ code: 0, stderr: '' })
    expect(await filesOf(root)).toEqual(released)
  })

  it('swaps two services in one command, and back', async () => {
    const root = await makeReleased()
    const released = await filesOf(root)
    const [one, other] = names.filter((name) => exampleTables.services[name]!.group === 'services') as [string, string]
    const [a, b] = [exampleTables.services[one]!.port, exampleTables.services[other]!.port]
    const swap = ['move', one, `${b}`, other, `${a}`, '--reason', 'a swap']
    const { code, stdout } = await cli(root, ...swap, '--json')
    expect(code).toBe(0)
    expect(JSON.parse(stdout)).toMatchObject({
      moves: [
        { service: one, from: a, to: b },
        { service: other, from: b, to: a },
      ],
    })
    const { services } = await tablesOf(root)
    expect([services[one]!.port, services[other]!.port]).toEqual([b, a])
    expect(Object.keys(changesets(await filesOf(root)))).toHaveLength(2)
    expect(await cli(root, 'diff', '--check')).toMatchObject({ code: 0 })
    expect(await cli(root, 'move', one, `${a}`, other, `${b}`, '--reason', 'back')).toMatchObject({ code: 0 })
    expect(await filesOf(root)).toEqual(released)
  })

  it('moves from the port of the last release after a release', async () => {
    const root = await makeReleased()
    const [name] = names as [string]
    const [first, second] = [freePort(name), freePort(name, exampleTables, 1)]
    await cli(root, 'move', name, `${first}`, '--reason', 'a test')
    await git(root, 'rm', '--quiet', '--force', '--ignore-unmatch', '.changeset/*.md')
    await rm(join(root, `.changeset/port-${name}.md`), { force: true })
    await writeFile(join(root, 'package.json'), '{ "name": "acme", "version": "2.0.0" }\n')
    await commit(root, '2.0.0')
    await cli(root, 'move', name, `${second}`, '--reason', 'again')
    const { history } = await tablesOf(root)
    expect(history.slice(-2).map(({ from, to }) => [from, to])).toEqual([
      [exampleTables.services[name]!.port, first],
      [first, second],
    ])
  })

  const [one, other] = names as [string, string]
  const { port: taken } = exampleTables.services[other]!
  const retiredPort = exampleTables.history
    .map(({ from }) => from)
    .find((port) => !Object.values(exampleTables.services).some((service) => service.port === port))!
  it.each([
    [[one, `${taken}`], `Cannot move ${one} to ${taken}:\n- `],
    [[one, `${retiredPort}`], 'add --reuse'],
    [['none', '4000'], 'Unknown service "none"'],
    [['constructor', '4000'], 'Unknown service "constructor"'],
    [[one, '0'], 'Invalid port "0": expected a whole number from 1 to 65535.'],
    [[one, '4000', other], `Missing port of "${other}"`],
    [[one, '4000', one, '4001'], `${one} is given twice`],
  ])('refuses %j, and writes nothing', async (args, message) => {
    const root = await makeReleased()
    const before = await filesOf(root)
    const { code, stdout, stderr } = await cli(root, 'move', ...args, '--reason', 'a test')
    expect({ code, stdout }).toEqual({ code: 2, stdout: '' })
    expect(stderr).toContain(message)
    expect(await filesOf(root)).toEqual(before)
  })

  it('refuses to move without a reason, or with one of two lines', async () => {
    const root = await makeReleased()
    expect((await cli(root, 'move', one, '4000')).stderr).toContain('Missing reason')
    const { code, stderr } = await cli(root, 'move', one, `${freePort(one)}`, '--reason', 'a\nb')
    expect(code).toBe(2)
    expect(stderr).toContain('expected one line')
  })

  it('takes a retired port for a reason', async () => {
    const root = await makeReleased()
    const name = names.find((key) => {
      const range = exampleTables.ranges[exampleTables.services[key]!.group ?? '']
      return range && retiredPort >= range.first && retiredPort <= range.last
    })!
    const args = ['move', name, `${retiredPort}`, '--reason', 'old links point there', '--reuse']
    expect(await cli(root, ...args)).toMatchObject({ code: 0 })
    expect((await tablesOf(root)).services[name]).toMatchObject({ port: retiredPort, reuses: 'old links point there' })
  })

  it('prints with --dry-run what would change, and changes nothing', async () => {
    const root = await makeReleased()
    const before = await filesOf(root)
    const { code, stdout } = await cli(root, 'move', one, `${freePort(one)}`, '--reason', 'a test', '--dry-run')
    expect(code).toBe(0)
    expect(stdout).toContain(`+  { service: '${one}', `)
    expect(stdout).toContain(`--- .changeset/port-${one}.md\tmissing\n`)
    expect(await filesOf(root)).toEqual(before)
  })

  it('folds without a tag and without git, by the changeset that is not released', async () => {
    const root = await makeProject({ 'ports.ts': exampleSource })
    await cli(root, 'sync')
    const before = await filesOf(root)
    const [first, second] = [freePort(one), freePort(one, exampleTables, 1)]
    for (const port of [first, second, second]) {
      expect(await cli(root, 'move', one, `${port}`, '--reason', 'a test')).toMatchObject({ code: 0 })
    }
    const { history } = await tablesOf(root)
    expect(history).toHaveLength(exampleTables.history.length + 1)
    expect(history.at(-1)).toMatchObject({ from: exampleTables.services[one]!.port, to: second })
    await cli(root, 'move', one, `${exampleTables.services[one]!.port}`, '--reason', 'back')
    expect(await filesOf(root)).toEqual(before)
  })
})

describe('add', () => {
  it.each(['api', 'server', 'proxy', 'database', 'billing', 'invoiceDesk'])(
    'adds %s, and retire leaves nothing of it',
    async (name) => {
      const root = await makeReleased()
      const before = await filesOf(root)
      const add = ['add', name, '--group', 'services', '--summary', "The customer's invoices"]
      expect(await cli(root, ...add)).toMatchObject({ code: 0, stderr: '' })
      const { services } = await tablesOf(root)
      expect(services[name]).toMatchObject({ scheme: 'http', group: 'services', summary: "The customer's invoices" })
      const files = changesets(await filesOf(root))
      expect(Object.values(files)).toEqual([
        expect.stringContaining(`'acme': minor\n---\n\n\`${name}\` is registered on port`),
      ])
      expect(await cli(root, 'diff', '--check')).toMatchObject({ code: 0 })
      expect(await cli(root, ...add)).toMatchObject({ code: 0 })

      expect(await cli(root, 'retire', name, '--reason', 'never used')).toMatchObject({ code: 0, stderr: '' })
      expect(await filesOf(root)).toEqual(before)
    },
  )

  it('takes every field', async () => {
    const root = await makeReleased()
    const options = [
      '--group',
      'monitoring',
      '--variable',
      'LOGS_PORT',
      '--container',
      'loki',
      '--container-port',
      '3100',
    ]
    const more = [
      '--scheme',
      'grpc',
      '--metrics-path',
      '/m',
      '--alias',
      'logs',
      '--alias',
      'log store',
      '--pinned',
      'a URI',
    ]
    expect(await cli(root, 'add', 'loki', ...options, ...more, '--summary', 'Logs')).toMatchObject({
      code: 0,
      stderr: '',
    })
    expect((await tablesOf(root)).services['loki']).toEqual({
      port: expect.any(Number) as number,
      containerPort: 3100,
      containerName: 'loki',
      variable: 'LOGS_PORT',
      scheme: 'grpc',
      metricsPath: '/m',
      group: 'monitoring',
      status: 'active',
      summary: 'Logs',
      aliases: ['logs', 'log store'],
      pinned: 'a URI',
    })
  })

  it.each([
    ['a container name with a blank', ['--container', 'Pay Service'], 'containerName: expected a DNS label'],
    ['a container name with a command', ['--container', '$(id)'], 'containerName: expected a DNS label'],
    ['a summary of two lines', ['--summary', 'a\nB=1'], 'summary: expected one line'],
    ['an unknown scheme', ['--scheme', 'ftp'], 'scheme'],
    ['a variable that means something else', ['--variable', 'DATABASE_PORT'], 'variable'],
    ['a variable in lower case', ['--variable', 'pay'], 'variable'],
    ['a path with a blank', ['--health-path', '/a b'], 'healthPath'],
    ['an unknown range', ['--group', 'none'], 'Unknown range "none": expected one of services'],
    ['a port below 1024', ['--port', '81'], '81'],
  ])('refuses %s by its name, and writes nothing', async (_, options, message) => {
    const root = await makeReleased()
    const before = await filesOf(root)
    const defaults = { '--summary': 'Payments', '--group': 'services' }
    const rest = Object.entries(defaults).filter(([option]) => !options.includes(option))
    const { code, stderr } = await cli(root, 'add', 'pay', ...rest.flat(), ...options)
    expect(code).toBe(2)
    expect(stderr).toContain(message)
    expect(await filesOf(root)).toEqual(before)
  })

  it.each(['constructor', 'toString', '__proto__', 'hasOwnProperty', 'Billing', 'core-api', 'a'.repeat(64)])(
    'refuses the name %s',
    async (name) => {
      const root = await makeReleased()
      const { code, stderr } = await cli(root, 'add', name, '--summary', 'Payments', '--group', 'services')
      expect(code).toBe(2)
      expect(stderr).toContain(`Cannot add ${name} on port`)
      expect(stderr).toContain('expected a camelCase name')
      expect(await tablesOf(root)).toEqual(exampleTables)
    },
  )

  it('refuses a service that is there, and says when a range is full', async () => {
    const root = await makeReleased()
    const { stderr } = await cli(root, 'add', names[0]!, '--summary', 'Another', '--group', 'services')
    expect(stderr).toContain(`${names[0]} is already a service, on port ${exampleTables.services[names[0]!]!.port}`)
    let last = { code: 0, stderr: '' }
    for (let count = 0; last.code === 0; count++) {
      last = await cli(root, 'add', `extra${count}`, '--summary', 'Extra', '--group', 'services')
    }
    expect(last.stderr).toContain('The range services has no free port')
  })
})

describe('retire', () => {
  it.each(names)('leaves a tombstone of %s, and nothing after it is added again', async (name) => {
    const root = await makeReleased()
    const { port } = exampleTables.services[name]!
    expect(await cli(root, 'move', name, `${freePort(name)}`, '--reason', 'a test')).toMatchObject({ code: 0 })
    const { code, stderr, stdout } = await cli(root, 'retire', name, '--reason', 'not used')
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' })
    expect(stdout).toContain(`\`${name}\`, on port ${port}, is retired: not used.`)
    const tables = await tablesOf(root)
    expect(tables.services).not.toHaveProperty(name)
    expect(tables.retired).toEqual({ [name]: { port, reason: 'not used' } })
    expect(tables.history).toEqual(exampleTables.history)
    expect(Object.keys(changesets(await filesOf(root)))).toEqual([`.changeset/port-${name}.md`])
    expect(await cli(root, 'diff', '--check')).toMatchObject({ code: 0 })
    expect((await cli(root, 'move', name, `${port}`, '--reason', 'a test')).stderr).toContain(`${name} is retired`)
    expect(await cli(root, 'retire', name, '--reason', 'not used')).toMatchObject({ code: 0 })
  })

  it('rejects a service that does not exist or that a release already retired', async () => {
    const root = await makeReleased()
    const [name] = names as [string]
    expect((await cli(root, 'retire', 'none', '--reason', 'a test')).stderr).toContain('Unknown service "none"')
    await cli(root, 'retire', name, '--reason', 'not used')
    await git(root, 'add', '--all')
    await commit(root, '2.0.0')
    expect((await cli(root, 'retire', name, '--reason', 'again')).stderr).toContain(`${name} is already retired`)
    const add = await cli(root, 'add', name, '--summary', 'Another', '--port', `${freePort('none')}`)
    expect(add.stderr).toContain(name)
    expect(add.code).toBe(2)
  })

  it('lists the code that still uses the service, by file and line', async () => {
    const [name, other] = names as [string, string]
    const root = await makeProject(
      { 'ports.ts': exampleSource },
      {
        'src/a.ts': `import { getPort, PORTS } from '../ports.js'\ngetPort('${name}')\ngetPort('${other}')\n// PORTS.${name}\nPORTS.${name}\n`,
        'src/b.tsx': `const { ${name} } = services\nexport const c = <a href={PORTS['${name}']} />\ntype P = PortOf<'${name}'>\n`,
        'src/c.ts': `import '${name}'\nconst ${name} = 1\nthing.${name}\n`,
        'other/package.json': '{ "name": "other" }',
        'other/d.ts': `getPort('${name}')\n`,
        'user/package.json': '{ "name": "user", "dependencies": { "acme": "1" } }',
        'user/e.mjs': `const name = '${name}'\nconst map = { ${name}: 1 }\n`,
        'user/f.ts': `import { start } from 'acme'\nstart({ service: '${name}' })\nexpect('${name}')\nif (x === '${name}') run(['${name}'])\nconst user = '${name}'\nstart({ user, schema: '${name}' })\nstart({ ${name}: 1 })\nstart([{ service: '${name}', from: 1, to: 2 }])\n`,
        'user/g.ts': `const all = ['${name}'] as const\nexport const ports: Record<string, number> = { ${name}: 1 }\n`,
      },
    )
    await commit(root)
    await writeFile(join(root, 'untracked.ts'), `getPort('${name}')\n`)
    const { stdout } = await cli(root, 'retire', name, '--reason', 'not used', '--json')
    const { usages } = JSON.parse(stdout) as { usages: { file: string; line: number }[] }
    expect(usages.map(({ file, line }) => `${file}:${line}`)).toEqual([
      'src/a.ts:2',
      'src/a.ts:5',
      'src/b.tsx:1',
      'src/b.tsx:2',
      'src/b.tsx:3',
      'user/e.mjs:1',
      'user/f.ts:2',
      'user/g.ts:1',
      'user/g.ts:2',
    ])
  })
})

describe('an edit', () => {
  const acme = {
    services: {
      shop: {
        port: 4001,
        containerName: 'acme-shop',
        variable: 'SHOP_PORT',
        scheme: 'http',
        healthPath: '/health',
        status: 'active',
        summary: 'The shop',
      },
    },
    ranges: {},
    history: [],
  }
  const spread = JSON.stringify(acme, null, 2)
  it.each([
    ['ports.json', `${spread}\n`],
    [
      'ports.ts',
      `import { defineRegistry } from '@driftos/ports/define'\n\nexport default defineRegistry(${spread})\n`,
    ],
    [
      'ports.mjs',
      `export const services = ${JSON.stringify(acme.services, null, 2)};\nexport const ranges = {};\nexport const history = [];\n`,
    ],
    ['ports.ts', `export default ${spread} as const\n`],
  ])('works on a registry in %s: %s', async (file, text) => {
    for (const code of [text, text.replaceAll('\n', '\r\n')]) {
      const root = await makeProject({ [file]: code })
      await commit(root, '1.0.0')
      expect(await cli(root, 'move', 'shop', '4002', '--reason', 'a test')).toMatchObject({ code: 0, stderr: '' })
      expect(await cli(root, 'add', 'pay', '--port', '4003', '--summary', 'Payments')).toMatchObject({
        code: 0,
        stderr: '',
      })
      expect(JSON.parse((await cli(root, 'list', '--json')).stdout)).toMatchObject({
        services: [{ port: 4002 }, { port: 4003 }],
      })
      expect(await cli(root, 'retire', 'shop', '--reason', 'closed')).toMatchObject({ code: 0, stderr: '' })
      const { stdout } = await cli(root, 'diff', '--json', '--check')
      expect(JSON.parse(stdout)).toMatchObject({ bump: 'major', release: 'major', since: 'acme@1.0.0' })
      if (code !== text) expect((await readFile(join(root, file), 'utf8')).replaceAll('\r\n', '')).not.toContain('\n')
    }
  })

  it('is completed by sync, which lists the changeset among its files', async () => {
    const root = await makeProject({ 'ports.json': spread })
    await cli(root, 'sync')
    await commit(root, '1.0.0')
    await cli(root, 'move', 'shop', '4002', '--reason', 'a test')
    const moved = await filesOf(root)
    await rm(join(root, '.changeset/port-shop.md'))
    const { stdout } = await cli(root, 'sync', '--json')
    expect(JSON.parse(stdout)).toEqual({
      files: [
        { file: 'docs/PORTS.md', state: 'current' },
        { file: '.env.example', state: 'current' },
        { file: '.changeset/port-shop.md', state: 'written' },
      ],
    })
    expect(await filesOf(root)).toEqual(moved)
  })

  it('works from a subdirectory, without git and without changesets, and prints that it wrote none', async () => {
    const root = await makeProject({ 'src/ports.json': spread }, { 'src/deep/a.txt': '' })
    const { code, stdout } = await cli(join(root, 'src/deep'), 'move', 'shop', '4002', '--reason', 'a test')
    expect(code).toBe(0)
    expect(stdout).toContain('wrote src/ports.json\n')
    expect(stdout).toContain('No changeset: this repository has no .changeset directory.')
  })

  it('names the package that the configuration names', async () => {
    const root = await makeProject(
      { 'ports.json': spread },
      {
        '.changeset/config.json': '{}',
        'packages/a/package.json': '{ "name": "@acme/a", "version": "1.0.0" }',
        'driftos-ports.config.json': '{ "registry": "./ports.json", "package": "packages/a" }',
      },
    )
    await rm(join(root, 'driftos-ports.config.ts'))
    await cli(root, 'move', 'shop', '4002', '--reason', 'a test')
    expect(await readFile(join(root, '.changeset/port-shop.md'), 'utf8')).toContain("'@acme/a': major")
  })

  it('leaves the changesets of other packages alone, those of a service with the same name too', async () => {
    const others = {
      '.changeset/port-shop.md': `---\n'other': major\n---\n\n\`shop\` moved from port 1 to 2: a test.\n`,
      '.changeset/port-till.md': `---\nother: minor\n---\n\n\`till\` is registered on port 5001 (TILL_PORT): Till.\n`,
      '.changeset/notes.md': 'No front matter.\n',
    }
    const root = await makeProject({ 'ports.json': spread }, others)
    await commit(root, '1.0.0')
    expect(await cli(root, 'move', 'shop', '4002', '--reason', 'a test')).toMatchObject({ code: 0, stderr: '' })
    const after = changesets(await filesOf(root))
    expect(after).toEqual({
      ...others,
      '.changeset/port-shop-2.md': expect.stringContaining("'acme': major\n---\n\n`shop` moved from port 4001 to 4002"),
    })
    await cli(root, 'move', 'shop', '4001', '--reason', 'back')
    expect(changesets(await filesOf(root))).toEqual(others)
  })

  it.skipIf(process.platform === 'win32')('follows a link, and keeps permissions', async () => {
    const root = await makeProject({ 'ports.json': spread })
    await rename(join(root, 'ports.json'), join(root, 'real.json'))
    await chmod(join(root, 'real.json'), 0o640)
    await symlink('real.json', join(root, 'ports.json'))
    expect(await cli(root, 'move', 'shop', '4002', '--reason', 'a test')).toMatchObject({ code: 0 })
    expect(await readFile(join(root, 'real.json'), 'utf8')).toContain('4002')
    expect((await stat(join(root, 'real.json'))).mode & 0o777).toBe(0o640)
  })

  it('refuses a registry that a generator cannot render, a value that is not a literal, and an installed package', async () => {
    const root = await makeProject({
      'ports.ts': `const port = () => 4001\nexport default ${spread.replace('4001', 'port()')}\n`,
    })
    const { code, stderr } = await cli(root, 'move', 'shop', '4002', '--reason', 'a test')
    expect(code).toBe(2)
    expect(stderr).toContain('ports.ts, line 5: expected a literal, got `port()`.')
    // Every command that does not edit the registry works.
    for (const command of ['list', 'sync', 'check'])
      expect(await cli(root, command)).toMatchObject({ code: 0, stderr: '' })
  })
})
