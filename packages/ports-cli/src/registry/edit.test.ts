import { execFile } from 'node:child_process'
import { readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { describe, expect, it } from 'vitest'
import { program, run } from '../cli.fixture.js'
import { makeRepository, readAll } from '../repository.fixture.js'
import { exampleSource, makeExample } from './example.fixture.js'

const registryFile = 'packages/ports/src/registry.ts'

function cli(root: string, ...args: string[]) {
  return run(args, {}, false, root)
}

/** The files that differ after a command, and those that it made. */
async function touched(root: string, ...args: string[]) {
  const before = await readAll(root)
  const output = await cli(root, ...args)
  const after = await readAll(root)
  const names = Object.keys(after).filter((file) => after[file] !== before[file] && !file.startsWith('.driftos'))
  return { ...output, after, names: names.toSorted(), gone: Object.keys(before).filter((file) => !(file in after)) }
}

describe('move', { timeout: 60_000 }, () => {
  it('edits the registry and its history, what is generated, and writes one changeset', async () => {
    const root = await makeExample()
    const { code, stdout, stderr, after, names } = await touched(root, 'move', 'demo', '7006', '--reason', 'it clashed')
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' })
    const text = '`demo` moved from 7005 to 7006: it clashed; set DEMO_PORT=7005 to stay.'
    expect(stdout.split('\n')[0]).toBe(text)
    expect(names).toEqual(expect.arrayContaining([registryFile, 'docs/PORTS.md', '.env.example', 'README.md']))
    expect(stdout.trimEnd().split('\n').slice(1).toSorted()).toEqual(names.map((file) => `wrote ${file}`))
    expect(after[registryFile]).toBe(
      exampleSource
        .replace('port: 7005', 'port: 7006')
        .replace(
          "entry point' },\n]",
          "entry point' },\n  { service: 'demo', from: 7005, to: 7006, reason: 'it clashed' },\n]",
        ),
    )
    expect(after['.changeset/move-demo-7006.md']).toBe(
      `---\n'@driftos/ports': major\n'@driftos/ports-cli': major\n'demo': patch\n---\n\n${text}\n`,
    )
    expect(names.filter((name) => name.startsWith('.changeset'))).toHaveLength(1)
  })

  it.each([
    [['demo', '7010'], /^demo cannot move to 7010:\n.*coreGrafana and demo both hold port 7010/],
    [['gateway', '7003'], /retired since gateway moved to 7000[^]*add --reuse: the reason is its note/],
    [['core', '6000'], /core serves http on port 6000, which browsers refuse to open/],
    [['demo', '8080'], /demo holds port 8080, outside the range of its group services, 7000-7009/],
    [['demo', '7005'], /^demo is on 7005 already/],
    [['nobody', '1'], /^No service is called "nobody"; there are gateway, core/],
    [['demo', '0'], /^"0" is no port: ports are 1 to 65535/],
    [['demo', '7006.5'], /^"7006.5" is no port/],
    [['demo'], /^move takes one service and one port/],
    [['demo', '7006', '7007'], /^move takes one service and one port/],
  ])('refuses %j, and touches nothing', async (args, message) => {
    const root = await makeExample()
    const { code, stdout, stderr, names } = await touched(root, 'move', ...args, '--reason', 'a test')
    expect({ code, stdout, names }).toEqual({ code: 2, stdout: '', names: [] })
    expect(stderr).toMatch(message)
  })

  it('refuses a move without a reason, and says what else is wrong first', async () => {
    const root = await makeExample()
    expect((await cli(root, 'move', 'demo', '7006', '--reason', ' ')).stderr).toContain('Say why')
    expect((await cli(root, 'move', 'demo', '7010')).stderr).toContain('coreGrafana')
  })

  it('takes a retired port for a reason', async () => {
    const root = await makeExample()
    const args = ['move', 'website', '7003', '--reuse', '--reason', 'old links point there']
    const { code, after } = await touched(root, ...args)
    expect(code).toBe(0)
    expect(after[registryFile]).toContain("summary: 'Public site', reuses: 'old links point there' },")
  })

  it('shows with --dry-run what would change, and changes nothing', async () => {
    const root = await makeExample()
    const { code, stdout, names } = await touched(root, 'move', 'demo', '7006', '--reason', 'a test', '--dry-run')
    expect({ code, names }).toEqual({ code: 0, names: [] })
    expect(stdout).toContain("+  { service: 'demo', from: 7005, to: 7006, reason: 'a test' },\n")
    expect(stdout).toContain('--- .changeset/move-demo-7006.md\tmissing\n')
  })

  it('prints what it did with --json', async () => {
    const root = await makeExample()
    const { stdout, names } = await touched(root, 'move', 'demo', '7006', '--reason', 'a test', '--json')
    const { files, ...facts } = JSON.parse(stdout) as { files: string[] }
    expect(facts).toEqual({ service: 'demo', from: 7005, to: 7006 })
    expect(files.toSorted()).toEqual(names)
  })

  it("leaves what others have changed, the registry's other lines among them", async () => {
    const root = await makeExample()
    const mine = exampleSource.replace("'Public site'", "'Our public site'")
    await writeFile(join(root, registryFile), mine)
    await writeFile(join(root, 'notes.md'), 'mine')
    const readme = `mine\n${await readFile(join(root, 'README.md'), 'utf8')}`
    await writeFile(join(root, 'README.md'), readme)
    const { after } = await touched(root, 'move', 'demo', '7006', '--reason', 'a test')
    expect(after[registryFile]).toContain("'Our public site'")
    expect(after['notes.md']).toBe('mine')
    expect(after['README.md']!.startsWith('mine\n')).toBe(true)
  })

  it('may follow another edit, each with a changeset of its own', async () => {
    const root = await makeExample()
    for (const port of ['7006', '7005', '7006']) {
      expect(await cli(root, 'move', 'demo', port, '--reason', 'a test', '--reuse')).toMatchObject({ code: 0 })
    }
    const files = Object.keys(await readAll(root)).filter(
      (file) => file.endsWith('.md') && file.startsWith('.changeset'),
    )
    expect(files.toSorted()).toEqual([
      '.changeset/move-demo-7005.md',
      '.changeset/move-demo-7006-2.md',
      '.changeset/move-demo-7006.md',
    ])
  })

  it('is refused where a generated file cannot be, and touches nothing', async () => {
    const root = await makeExample()
    await writeFile(join(root, 'turbo.json'), '{}')
    const { code, stderr, names } = await touched(root, 'move', 'demo', '7006', '--reason', 'a test')
    expect({ code, names }).toEqual({ code: 2, names: [] })
    expect(stderr).toMatch(/^demo cannot move to 7006: turbo\.json has to hold this line once/)
  })

  it('is refused while the registry contradicts itself', async () => {
    const root = await makeExample()
    await writeFile(join(root, registryFile), exampleSource.replace('port: 7004', 'port: 7001'))
    const { code, stderr } = await cli(root, 'move', 'demo', '7006', '--reason', 'a test')
    expect({ code, stderr }).toMatchObject({
      code: 2,
      stderr: expect.stringContaining('core and website both') as string,
    })
  })

  it('says so in a repository without a registry', async () => {
    const root = await makeRepository({})
    expect((await cli(root, 'move', 'demo', '7006')).stderr).toContain(
      `${root} keeps no packages/ports/src/registry.ts`,
    )
  })

  it('is one of two that run at once: each is done whole or refused', async () => {
    const root = await makeExample()
    const moves = ['demo 7006', 'website 7007'].map((move) =>
      promisify(execFile)(process.execPath, [...program, 'move', ...move.split(' '), '--reason', 'a test'], {
        cwd: root,
      }),
    )
    const done = (await Promise.allSettled(moves)).filter(({ status }) => status === 'fulfilled')
    expect(done.length).toBeGreaterThan(0)
    const text = await readFile(join(root, registryFile), 'utf8')
    expect(text.match(/reason: 'a test'/g)).toHaveLength(done.length)
  })
})

describe('add', { timeout: 60_000 }, () => {
  const summary = ['--summary', 'Invoices and receipts']

  it('takes the first free number that the range reserves, and says which', async () => {
    const root = await makeExample()
    const { code, stdout, after } = await touched(root, 'add', 'invoiceDesk', '--group', 'services', ...summary)
    const text = '`invoiceDesk` is registered on 7006 (INVOICE_DESK_PORT): Invoices and receipts.'
    expect({ code, first: stdout.split('\n')[0] }).toEqual({ code: 0, first: text })
    expect(after[registryFile]).toContain(
      "{ port: 7006,                      containerName: 'driftos-invoice-desk', variable: 'INVOICE_DESK_PORT',",
    )
    expect(after['.changeset/add-invoiceDesk.md']).toBe(
      `---\n'@driftos/ports': minor\n'@driftos/ports-cli': minor\n---\n\n${text}\n`,
    )
    expect((await cli(root, 'add', 'billing', '--group', 'services', ...summary)).stdout).toContain('on 7007')
  })

  it('takes a number of a range that reserves none, and no retired one', async () => {
    const root = await makeExample()
    const { stdout } = await cli(root, 'add', 'tracing', '--group', 'coreSupport', ...summary, '--json')
    expect(JSON.parse(stdout)).toMatchObject({ service: 'tracing', port: 7011 })
  })

  it('takes every field that a service has', async () => {
    const root = await makeExample()
    const options = ['--port', '9300', '--group', 'monitoring', '--variable', 'LOKI_PORT', '--container', 'loki']
    const more = [
      '--container-port',
      '3100',
      '--health-path',
      '/ready',
      '--health-text',
      'ready',
      '--metrics-path',
      '/m',
    ]
    const { after } = await touched(root, 'add', 'loki', ...options, ...more, '--summary', 'Logs of all.')
    expect(after[registryFile]).toMatch(
      /loki: +\{ port: 9300, +containerPort: 3100, containerName: 'loki', +variable: 'LOKI_PORT', +scheme: 'http', +healthPath: '\/ready', +healthText: 'ready', +metricsPath: '\/m', +group: 'monitoring', +status: 'active', +summary: 'Logs of all' \},/,
    )
  })

  it.each([
    [['demo', '--group', 'services', ...summary], /^demo is a service already, on 7005/],
    [['billing', '--group', 'service', ...summary], /^There is no range "service"; there are services, core/],
    [['billing', ...summary], /^add takes a range or a number/],
    [['billing', '--group', 'services'], /^Say what the service is for/],
    [
      ['billing', '--port', '7003', '--group', 'services', ...summary],
      /retired since gateway[^]*add --reuse and --reason/,
    ],
    [['billing', '--port', '7001', '--group', 'services', ...summary], /core and billing both hold port 7001/],
    [['Billing', '--group', 'services', ...summary], /a service is named in camelCase/],
    [['core-api', '--group', 'services', ...summary], /"core-api" names no service: a service is named in camelCase/],
    [
      ['pay', '--group', 'services', '--container', 'driftos-core', ...summary],
      /core's container is called driftos-core/,
    ],
    [['billing', '--group', 'services', '--variable', 'CORE_PORT', ...summary], /both use the variable CORE_PORT/],
    [['billing', '--group', 'services', '--scheme', 'ftp', ...summary], /Invalid option/],
    [[], /^add takes one service/],
  ])('refuses %j, and touches nothing', async (args, message) => {
    const root = await makeExample()
    const { code, stderr, names } = await touched(root, 'add', ...args)
    expect({ code, names }).toEqual({ code: 2, names: [] })
    expect(stderr).toMatch(message)
  })

  it('says when a range has no number left', async () => {
    const root = await makeExample()
    for (const name of ['one', 'two', 'three', 'four']) await cli(root, 'add', name, '--group', 'services', ...summary)
    const { stderr } = await cli(root, 'add', 'five', '--group', 'services', ...summary)
    expect(stderr).toMatch(/^services has no free number from 7006 to 7009: choose one by --port/)
  })
})

describe('retire', { timeout: 60_000 }, () => {
  it('leaves a tombstone, and removes what was generated for the service alone', async () => {
    const root = await makeExample()
    const { code, stdout, after, gone } = await touched(root, 'retire', 'demo', '--reason', 'the website shows it')
    expect(code).toBe(0)
    expect(after[registryFile]).toContain("retired = {\n  demo: { port: 7005, reason: 'the website shows it' },\n}")
    expect(gone).toEqual(['deploy/k8s/base/demo.yaml'])
    expect(stdout).toContain('removed deploy/k8s/base/demo.yaml\n')
    expect(after['docs/PORTS.md']).toContain('| `demo` | 7005 | the website shows it |')
    expect(after['deploy/docker/docker-compose.yml']).not.toContain('driftos-demo')
    expect(after['.changeset/retire-demo.md']).toMatch(/^'@driftos\/ports': major$/m)
  })

  it('makes name and number unavailable', async () => {
    const root = await makeExample()
    await cli(root, 'retire', 'legacy', '--reason', 'nobody called it')
    expect((await cli(root, 'move', 'legacy', '8101')).stderr).toContain(
      'legacy is retired, it held port 8100: nobody called it',
    )
    const add = (name: string) => cli(root, 'add', name, '--port', '8100', '--summary', 'Another one')
    expect((await add('other')).stderr).toContain('other reuses port 8100, retired with legacy')
    expect((await add('legacy')).stderr).toContain('legacy is retired, and legacy is a service: rename the service')
  })

  it('refuses a service that a generated file is about, and one that is not there', async () => {
    const root = await makeExample()
    const { code, stderr, names } = await touched(root, 'retire', 'postgres', '--reason', 'a test')
    expect({ code, names }).toEqual({ code: 2, names: [] })
    expect(stderr).toMatch(
      /^postgres cannot be retired: deploy\S+ cannot be generated: it is about postgres, which is no service/,
    )
    expect((await cli(root, 'retire', 'nobody', '--reason', 'a test')).stderr).toContain(
      'No service is called "nobody"',
    )
  })
})
