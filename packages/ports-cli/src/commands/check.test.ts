import { execFile } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { mkdir, readFile, symlink, writeFile } from 'node:fs/promises'
import { createRequire } from 'node:module'
import { basename, dirname, join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { promisify } from 'node:util'
import { Ajv } from 'ajv'
import { describe, expect, it } from 'vitest'
import { acme } from '../acme.fixture.js'
import { run } from '../cli.fixture.js'
import { generatedNotice } from '../generate/notice.js'
import { makeRepository, readAll } from '../repository.fixture.js'

/** One finding of each of the most frequent kinds. */
const drifted = {
  'package.json': '{ "dependencies": { "@acme/ports": "1" } }',
  '.env': 'GRAFANA_PORT=3002\n',
  'src/main.ts': "app.listen({ port: 4000 })\nfetch('http://localhost:3001/health')\n",
}

const registryTables = JSON.parse(readFileSync(new URL('../../corpus/ports.lock', import.meta.url), 'utf8')) as object

describe('check', () => {
  it('prints one line a finding, and the advice of each rule once', async () => {
    const { code, stdout, stderr } = await check({ ...drifted, '.env': 'GRAFANA_PORT=3002\nCORE_PORT=3002\n' })
    expect({ code, stderr }).toEqual({ code: 1, stderr: '' })
    expect(stdout.replace(/\d+\.\d\d s/, '0.00 s').replaceAll(/\(\S+(?=ports\.json:\d+\))/g, '('))
      .toMatchInlineSnapshot(`
      ".env
        1:14    error    GRAFANA_PORT (coreGrafana) should use 3010; 3002 belongs to embed (ports.json:64)  wrong-port
        2:11    error    CORE_PORT (core) should use 3001; 3002 belongs to embed (ports.json:14)  wrong-port

      src/main.ts
        1:20    error    Port 4000 is listened on, but not registered  unregistered-port
        2:25    warning  Port 3001 of core is written out; @acme/ports exports it (ports.json:14)  hard-coded-port

      wrong-port: Traffic for one service goes to another, or nowhere. Write the service's own port, or name the service that the port belongs to.
      unregistered-port: The next service may take the same port. Register the port with \`driftos-ports add\`, or use a registered one.
      hard-coded-port: The number does not follow when the service moves. Import it from the registry's package.

      3 errors, 1 warning (wrong-port 2, unregistered-port 1, hard-coded-port 1) in 4 files, 0.1 kB, 0.00 s
      "
    `)
  })

  it('prints no terminal codes unless it prints to a terminal', async () => {
    const root = await makeRepository(drifted)
    const [plain, colored] = [await checkIn(root, []), await checkIn(root, [], true)]
    expect(plain.stdout).not.toContain('\u001B[')
    expect(colored.stdout).toContain('\u001B[')
  })

  it.each(['pretty', 'tsc', 'github', 'sarif', 'json'])('prints no secret of a line in %s', async (format) => {
    const secret = 'hunter2hunter2'
    const { stdout, stderr } = await check(
      { '.env': `CORE_URL=http://drift:${secret}@localhost:3000\nGRAFANA_PORT=3002 # password: ${secret}\n` },
      '--format',
      format,
    )
    expect(stdout).toContain('wrong-port')
    expect(stdout + stderr).not.toContain(secret)
  })

  it('finds nothing in a tree that agrees with the registry', async () => {
    const { code, stdout } = await check({ '.env': 'GRAFANA_PORT=3010\n' })
    expect(code).toBe(0)
    expect(stdout).toMatch(/^no findings in \d+ files?, [\d.]+ kB, \d\.\d\d s\n$/)
  })

  it('prints lines that editors read as those of tsc', async () => {
    const { stdout, code } = await check(drifted, '--format', 'tsc')
    expect(code).toBe(1)
    const matcher = /^([^\s].*)[(:](\d+)[,:](\d+)(?:\):\s+|\s+-\s+)(error|warning|info)\s+TS(\d+)\s*:\s*(.*)$/
    const matches = stdout
      .trimEnd()
      .split('\n')
      .map((line) => matcher.exec(line)?.slice(1, 5))
    expect(matches).toEqual([
      ['.env', '1', '14', 'error'],
      ['src/main.ts', '1', '20', 'error'],
      ['src/main.ts', '2', '25', 'warning'],
    ])
  })

  it('prints annotations that GitHub shows', async () => {
    const { stdout } = await check({ 'a,b:%.env': 'GRAFANA_PORT=3002\n' }, '--format', 'github')
    expect(stdout).toMatch(
      /^::error file=a%2Cb%3A%25.env,line=1,col=14,title=wrong-port::GRAFANA_PORT \(coreGrafana\) should use 3010; [^\n]+; write 3010\n$/,
    )
    expect(stdout.trimEnd().split('\n')).toHaveLength(1)
  })

  it('prints SARIF that its schema accepts', async () => {
    const root = await makeRepository({ ...drifted, 'a b#?.env': 'CORE_PORT=3000\n' })
    await mkdir(join(root, '.git'))
    const { stdout } = await checkIn(join(root, 'src'), ['..', '--format', 'sarif'])
    const require = createRequire(import.meta.url)
    const schema = require('@microsoft/jest-sarif/lib/schemas/sarif-2.1.0-rtm.5.json') as Record<string, unknown>
    // Draft 4 of JSON Schema calls an identifier `id`, which later ones refuse.
    const { $schema: _, id: __, ...withoutIdentity } = schema
    const validate = new Ajv({ strict: false, validateFormats: false, unicodeRegExp: false }).compile(withoutIdentity)
    const log = JSON.parse(stdout) as {
      runs: [
        {
          results: {
            ruleId: string
            ruleIndex: number
            locations: [{ physicalLocation: { artifactLocation: { uri: string; uriBaseId?: string } } }]
          }[]
          tool: { driver: { rules: { id: string }[] } }
          originalUriBaseIds: { SRCROOT: { uri: string } }
        },
      ]
    }
    expect(validate(log), JSON.stringify(validate.errors)).toBe(true)
    const [{ results, tool, originalUriBaseIds }] = log.runs
    expect(results).toHaveLength(4)
    for (const { ruleId, ruleIndex } of results) expect(tool.driver.rules[ruleIndex]!.id).toBe(ruleId)
    expect(originalUriBaseIds.SRCROOT.uri).toBe(`${pathToFileURL(root).href}/`)
    expect(results.map(({ locations }) => locations[0].physicalLocation.artifactLocation)).toContainEqual({
      uri: 'a%20b%23%3F.env',
      uriBaseId: 'SRCROOT',
    })
  })

  it('prints JSON and nothing else', async () => {
    const { stdout, stderr, code } = await check(drifted, '--json')
    expect({ code, stderr }).toEqual({ code: 1, stderr: '' })
    expect(JSON.parse(stdout)).toEqual({
      findings: [
        expect.objectContaining({
          rule: 'wrong-port',
          severity: 'error',
          file: '.env',
          line: 1,
          column: 14,
          port: 3002,
          service: 'coreGrafana',
          suggestion: '3010',
          message: expect.any(String) as string,
        }),
        expect.objectContaining({ rule: 'unregistered-port', file: 'src/main.ts', port: 4000 }),
        expect.objectContaining({ rule: 'hard-coded-port', severity: 'warning', service: 'core' }),
      ],
      scanned: {
        files: 4,
        bytes: expect.any(Number) as number,
        ms: expect.any(Number) as number,
        skipped: { binary: 0, large: 0, generated: 0, unreadable: 0 },
        unreadable: [],
      },
    })
  })

  it('prints every number that it reads as a port', async () => {
    const { stdout, code } = await check(
      { 'compose.yml': 'services:\n  grafana:\n    ports: ["127.0.0.1:3010:3000"]\n' },
      '--occurrences',
      '--json',
    )
    expect(code).toBe(0)
    expect(JSON.parse(stdout)).toEqual({
      occurrences: [
        {
          file: 'compose.yml',
          line: 3,
          column: 24,
          port: 3010,
          role: 'publish',
          side: 'host',
          subject: 'grafana',
          service: 'coreGrafana',
        },
        expect.objectContaining({ column: 29, port: 3000, role: 'inner', side: 'container' }),
      ],
    })
  })

  it('prints no warnings with --quiet', async () => {
    const files = { 'a.ts': "fetch('http://localhost:4000')\n" }
    expect(await check(files)).toMatchObject({ code: 1, stdout: expect.stringContaining('1 warning') as string })
    const { stdout, code } = await check(files, '--quiet')
    expect(code).toBe(0)
    expect(stdout).toMatch(/^no findings/)
  })

  it('names files as the working directory reaches them', async () => {
    const [one, other] = [
      await makeRepository({ '.env': 'CORE_PORT=3000\n' }),
      await makeRepository({ 'a/.env': 'CORE_PORT=3000\n' }),
    ]
    const { stdout } = await checkIn(join(other, 'a'), [one, '--format', 'tsc', '.'])
    const files = stdout.split('\n').map((line) => line.replace(/\(.*/, ''))
    expect(files).toEqual([`../../${basename(one)}/.env`, '.env', ''])
  })

  it('reports a finding once where several paths contain its file', async () => {
    const root = await makeRepository({ 'a/.env': 'GRAFANA_PORT=3002\n' })
    const { stdout } = await checkIn(root, ['a', '.', 'a/.env', '--format', 'tsc'])
    expect(stdout.match(/error/g)).toHaveLength(1)
  })

  it('checks a single file, which belongs to the package of its directory', async () => {
    const root = await makeRepository({
      'package.json': JSON.stringify({ name: 'driftos-core' }),
      '.env': 'PORT=3000\n',
    })
    const { stdout } = await checkIn(root, ['.env', '--format', 'tsc'])
    expect(stdout).toMatch(/^\.env\(1,6\): error [^\n]+ 3001\n$/)
  })

  it('checks only the files with staged changes, or with changes since a commit', async () => {
    const root = await makeRepository({ 'old.env': 'CORE_PORT=3000\n' })
    const git = async (...args: string[]) =>
      promisify(execFile)('git', ['-c', 'user.name=a', '-c', 'user.email=a@localhost', ...args], { cwd: root })
    await git('init', '--quiet')
    await git('add', '.')
    await git('commit', '--quiet', '--message', 'a')
    await writeFile(join(root, 'staged.env'), 'CORE_PORT=3000\n')
    await git('add', 'staged.env')
    await writeFile(join(root, 'new.env'), 'CORE_PORT=3000\n')
    const filesOf = async (...args: string[]) => {
      const { stdout, stderr } = await checkIn(root, ['--format', 'tsc', ...args])
      expect(stderr).toBe('')
      return [...stdout.matchAll(/^([\w.]+)\(/gm)].map(([, file]) => file)
    }
    expect(await filesOf('--staged')).toEqual(['staged.env'])
    expect(await filesOf('--since', 'HEAD')).toEqual(expect.arrayContaining(['staged.env']))
    expect(await filesOf('--since', 'HEAD')).not.toContain('old.env')
    expect(await filesOf()).toEqual(['new.env', 'old.env', 'staged.env'])
  })

  it('names each number inside a container once, and says of a number that it is the one outside', async () => {
    const service = (port: number) => ({
      port,
      containerPort: 7203,
      containerName: 'broker',
      variable: `BROKER_${port}_PORT`,
      scheme: 'tcp',
      status: 'active',
      summary: 'A broker',
    })
    const root = await makeRepository({
      'ports.json': JSON.stringify({ services: { queue: service(7103), queueAdmin: service(7104) }, ranges: {} }),
      '.env': 'QUEUE_URL=tcp://broker:7103\n',
    })
    const { stdout } = await run(['check', '--registry', 'ports.json', '--format', 'tsc', '.env'], {}, false, root)
    expect(stdout).toContain('should use 7203 inside its container; 7103 is its port outside')
  })

  it('reports of staged changes nothing that the other files explain', async () => {
    const compose = (build: string) => `services:\n  core:\n    build: ${build}\n    ports: ["3001:3001"]\n`
    const root = await makeRepository({
      'compose.yml': compose('embed'),
      'embed/package.json': '{"name":"embed"}',
      'embed/Dockerfile': 'FROM scratch\nEXPOSE 3001\n',
    })
    const git = async (...args: string[]) => promisify(execFile)('git', args, { cwd: root })
    await git('init', '--quiet')
    await git('add', 'embed/Dockerfile')
    const staged = async () => (await checkIn(root, ['--staged', '--format', 'tsc'])).stdout
    expect(await staged()).toBe('')
    // Alone, the file has the number of another service.
    await writeFile(join(root, 'compose.yml'), compose('core'))
    expect(await staged()).toMatch(/^embed\/Dockerfile\(2,8\): error [^\n]+\n$/)
  })

  it('reports of staged changes only what they cause', async () => {
    const render = `({ services }) => ${JSON.stringify(`${generatedNotice}\n`)} + Object.keys(services)`
    const root = await makeRepository({
      'ports.json': JSON.stringify(acme),
      'driftos-ports.config.mjs': `export default {
        registry: './ports.json',
        ignore: [{ files: 'none', reason: 'an entry without a finding' }],
        generate: [{ file: 'names.txt', render: ${render} }],
      }`,
      'names.txt': `${generatedNotice}\nshop\n`,
      'notes.md': 'A note\n',
    })
    const report = async (...args: string[]) =>
      (await run(['check', '--format', 'tsc', ...args], {}, false, root)).stdout
    const git = async (...args: string[]) => promisify(execFile)('git', args, { cwd: root })
    await git('init', '--quiet')
    expect(await report()).toMatch(/The configuration ignores none[^]*Out of date from this line/)
    expect(await report('--staged')).toBe('')
    await git('add', 'notes.md')
    expect(await report('--staged')).toBe('')
    for (const file of ['names.txt', 'ports.json']) {
      await git('add', file)
      expect(await report('--staged')).toMatch(/^names\.txt[^\n]*Out of date from this line[^\n]*\n$/)
      await git('rm', '--quiet', '--cached', file)
    }
  })

  it.each([
    [['--format', 'xml'], '--format: expected pretty, tsc, github, sarif, json, got "xml"'],
    [['nowhere'], 'nowhere does not exist: expected a file or directory'],
    [['--fixx'], 'Unknown option --fixx. Did you mean --fix?'],
    [['--dry-run'], '--dry-run needs --fix'],
    [['--since', 'HEAD'], 'is not in a git repository'],
    [['--staged'], 'is not in a git repository'],
  ])('refuses %j', async (args, message) => {
    const { code, stdout, stderr } = await checkIn(await makeRepository(drifted), [...args])
    expect({ code, stdout }).toEqual({ code: 2, stdout: '' })
    expect(stderr).toContain(message)
  })
})

describe('check --fix', () => {
  it('writes the certain numbers, shows each change, and leaves the rest', async () => {
    const root = await makeRepository({
      'package.json': JSON.stringify({ name: 'driftos-core' }),
      '.env': '# mine\r\nPORT=3000\r\nGRAFANA_PORT=3002\r\n',
      'README.md': '- Grafana: http://localhost:3002\n',
      'run.sh': 'API_URL=${1:-http://localhost:3000}\n',
      'prometheus.yml':
        'scrape_configs:\n  - job_name: driftos-core\n    static_configs: [{ targets: ["localhost:3000"] }]\n',
      'compose.yml': 'services:\n  core:\n    ports: ["3000:3001", "3001:3002"]\n',
    })
    const before = await readAll(root)
    const { code, stdout } = await checkIn(root, ['--fix'])
    expect(code).toBe(1)
    expect(stdout).toContain('-PORT=3000')
    expect(stdout).toContain('+PORT=3001')
    const after = await readAll(root)
    expect(after).toEqual({
      ...before,
      '.env': '# mine\r\nPORT=3001\r\nGRAFANA_PORT=3010\r\n',
      'prometheus.yml': after['prometheus.yml'],
    })
    expect(after['prometheus.yml']).toContain('localhost:3001')
  })

  it.each(['wrong', 'retired'])('writes no %s port next to the right one in the same list', async (kind) => {
    const port = kind === 'wrong' ? 3001 : 3003
    const compose = `services:\n  gateway:\n    ports: ["${port}:3000", "3000:3000"]\n`
    const root = await makeRepository({ 'compose.yml': compose })
    await checkIn(root, ['--fix'])
    expect(await readFile(join(root, 'compose.yml'), 'utf8')).toBe(compose)
  })

  it.each([
    ['pretty', 'stdout'],
    ['tsc', 'stderr'],
  ] as const)('only shows the change with --dry-run, in the format %s on %s', async (format, stream) => {
    const root = await makeRepository(drifted)
    const before = await readAll(root)
    const output = await checkIn(root, ['--fix', '--dry-run', '--format', format])
    expect(output[stream]).toContain('-GRAFANA_PORT=3002\n+GRAFANA_PORT=3010\n')
    expect(output.stdout).toContain('wrong-port')
    expect(output.code).toBe(1)
    expect(await readAll(root)).toEqual(before)
  })

  it('shows no secret in a change', async () => {
    const root = await makeRepository({ '.env': 'CORE_URL=http://drift:hunter2@localhost:3000\n' })
    const { stdout } = await checkIn(root, ['--fix'])
    expect(stdout).toContain('+CORE_URL=http://***@localhost:3001')
    expect(await readFile(join(root, '.env'), 'utf8')).toBe('CORE_URL=http://drift:hunter2@localhost:3001\n')
  })

  it('fixes a single file', async () => {
    const file = join(await makeRepository({ '.env': 'GRAFANA_PORT=3002\n' }), '.env')
    expect(await checkIn(dirname(file), [file, '--fix'])).toMatchObject({ code: 0, stderr: '' })
    expect(await readFile(file, 'utf8')).toBe('GRAFANA_PORT=3010\n')
  })

  it('does not change a file that is not UTF-8', async () => {
    const root = await makeRepository({})
    const bytes = Buffer.from('# \xE9\nGRAFANA_PORT=3002\n', 'latin1')
    await writeFile(join(root, '.env'), bytes)
    const { stderr, code } = await checkIn(root, ['--fix'])
    expect({ stderr, code }).toEqual({ stderr: '.env is not UTF-8: skipped\n', code: 1 })
    expect(await readFile(join(root, '.env'))).toEqual(bytes)
  })

  it('prints only JSON on standard output', async () => {
    const root = await makeRepository({ '.env': 'GRAFANA_PORT=3002\n' })
    const { stdout, stderr } = await checkIn(root, ['--fix', '--json'])
    expect(JSON.parse(stdout)).toMatchObject({ findings: [] })
    expect(stderr).toContain('+GRAFANA_PORT=3010')
  })
})

describe('driftos-ports-ignore', () => {
  it.each([
    ['on the line', '.env', 'GRAFANA_PORT=3002 # driftos-ports-ignore: an old instance\n'],
    ['on the line before', '.env', '# driftos-ports-ignore\nGRAFANA_PORT=3002\n'],
    [
      'for the rule that it names',
      'a.ts',
      "fetch('http://localhost:4000') // driftos-ports-ignore unregistered-port: a tool of another team\n",
    ],
    ['in a document', 'README.md', '<!-- driftos-ports-ignore -->\n- Grafana: http://localhost:3002\n'],
  ])('silences a finding %s', async (_, file, text) => {
    expect(await check({ [file]: text }, '--format', 'tsc')).toMatchObject({ code: 0, stdout: '' })
  })

  it('is reported where it silences nothing', async () => {
    const { stdout } = await check({ '.env': 'GRAFANA_PORT=3010 # driftos-ports-ignore\n' }, '--format', 'tsc')
    expect(stdout).toMatch(/^\.env\(1,21\): warning TS\d+: unused-ignore: /)
  })

  it('is reported in the configuration file where an entry of it silences nothing', async () => {
    const config = { registry: './ports.json', ignore: [{ files: 'docs/**', reason: 'none' }] }
    for (const [file, text] of [
      ['package.json', JSON.stringify({ 'driftos-ports': config })],
      ['driftos-ports.config.ts', `export default ${JSON.stringify(config)}`],
    ] as const) {
      const root = await makeRepository({ [file]: text, 'ports.json': JSON.stringify(registryTables) })
      const { stdout } = await run(['check', '--format', 'tsc'], {}, false, root)
      expect(stdout).toContain(`${file}(1,1): warning`)
    }
  })

  it('silences no rule but the one that it names', async () => {
    const { stdout } = await check(
      { '.env': 'GRAFANA_PORT=3002 # driftos-ports-ignore retired-port: so\n' },
      '--format',
      'tsc',
    )
    expect(stdout).toContain('wrong-port')
    expect(stdout).toContain('unused-ignore')
  })
})

describe('bad input', () => {
  it('is counted and skipped, and the rest is checked', async () => {
    const root = await makeRepository(drifted)
    await writeFile(join(root, 'image.ts'), Buffer.from('PORT=3000\0'))
    await writeFile(join(root, 'large.json'), `{"port":3000,"x":"${'x'.repeat(3_000_000)}"}`)
    await writeFile(join(root, 'package-lock.json'), '{"port": 3003}')
    await writeFile(join(root, 'latin1.env'), Buffer.from('# \xE9\xFF\nDEMO_PORT=3004\n', 'latin1'))
    await writeFile(join(root, 'bom.env'), '\uFEFFDEMO_PORT=3004\r\n')
    await writeFile(join(root, 'broken.yml'), 'a: [1, {\nCORE_PORT: 3000\n')
    await writeFile(join(root, 'a name\nwith a line end.env'), 'DEMO_PORT=3004\n')
    await mkdir(join(root, 'loop'))
    await symlink('..', join(root, 'loop', 'again'))
    const { stdout, code } = await checkIn(root, ['--json'])
    const { findings, scanned } = JSON.parse(stdout) as {
      findings: { file: string }[]
      scanned: { skipped: object; unreadable: { file: string }[] }
    }
    expect(code).toBe(1)
    expect(new Set(findings.map(({ file }) => file))).toEqual(
      new Set(['.env', 'src/main.ts', 'latin1.env', 'bom.env', 'broken.yml', 'a name\nwith a line end.env']),
    )
    expect(scanned.skipped).toEqual({ binary: 1, large: 1, generated: 1, unreadable: 1 })
    expect(scanned.unreadable.map(({ file }) => file)).toEqual(['broken.yml'])
  })

  it('skips what git ignores', async () => {
    const files = {
      '.gitignore': '*.env\n!keep.env\nbuild/\n',
      'a.env': 'CORE_PORT=3000\n',
      'keep.env': 'CORE_PORT=3000\n',
      'build/b.yml': 'CORE_PORT: 3000\n',
    }
    const { stdout } = await check(files, '--format', 'tsc')
    expect(stdout).toMatch(/^keep\.env[^\n]+\n$/)
  })
})

async function check(files: Readonly<Record<string, string>>, ...args: string[]) {
  return checkIn(await makeRepository(files), args)
}

/** Runs the check in a directory, with the registry of another package. */
async function checkIn(root: string, args: readonly string[], isTerminal = false) {
  const registry = await makeRepository({
    'package.json': JSON.stringify({ name: '@acme/ports' }),
    'ports.json': JSON.stringify(registryTables, null, 2),
  })
  return run(['check', '--registry', join(registry, 'ports.json'), ...args], {}, isTerminal, root)
}
