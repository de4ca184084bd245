import { mkdir, readFile, symlink, writeFile } from 'node:fs/promises'
import { createRequire } from 'node:module'
import { basename, join } from 'node:path'
import { Ajv } from 'ajv'
import { describe, expect, it } from 'vitest'
import { manifestOf } from '../check/check.fixture.js'
import { run } from '../cli.fixture.js'
import { makeRepository } from '../repository.fixture.js'

/** One finding of each of the commonest kinds. */
const drifted = {
  '.env': 'GRAFANA_PORT=3002\n',
  'src/main.ts': "app.listen({ port: 4000 })\nfetch('http://localhost:3001/health')\n",
}

describe('check', () => {
  it('shows each finding with its line, what to write, and why', async () => {
    const { code, stdout, stderr } = await check(drifted)
    expect({ code, stderr }).toEqual({ code: 1, stderr: '' })
    expect(stdout.replace(/\d+\.\d\d s/, '0.00 s')).toMatchInlineSnapshot(`
      ".env
        1:14    error  "GRAFANA_PORT" means coreGrafana, whose port is 3010; 3002 is embed's  wrong-port
              | GRAFANA_PORT=3002
              |              ^^^^ write 3010
              | What is meant for one service reaches another, or nobody. Write the meant service's port, or name the service whose port it is.

      src/main.ts
        1:20    error  4000 is registered to nobody  unregistered-port
              | app.listen({ port: 4000 })
              |                    ^^^^
              | Nobody keeps it free: the next service may take it. Register it (driftos-ports add), or use the port that is registered.
        2:25    warning  3001 is core's port, spelled out: the override CORE_PORT does not reach it  hard-coded-port
              | fetch('http://localhost:3001/health')
              |                         ^^^^ write getOrigin('core')
              | A copy of the number stays behind when the service moves, and no override reaches it. Ask the registry for it.

      2 errors, 1 warning (wrong-port 1, unregistered-port 1, hard-coded-port 1) in 3 files, 0.1 kB, 0.00 s
      "
    `)
  })

  it('finds nothing in a tree that agrees with the registry', async () => {
    const { code, stdout } = await check({ '.env': 'GRAFANA_PORT=3010\n' })
    expect(code).toBe(0)
    expect(stdout).toMatch(/^no findings in \d+ files?, [\d.]+ kB, \d\.\d\d s\n$/)
  })

  it('prints lines that editors read as tsc’s', async () => {
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
      /^::error file=a%2Cb%3A%25.env,line=1,col=14,title=wrong-port::"GRAFANA_PORT" means coreGrafana/,
    )
    expect(stdout.trimEnd().split('\n')).toHaveLength(1)
  })

  it('prints SARIF that its schema accepts', async () => {
    const { stdout } = await check({ ...drifted, 'a b#?.env': 'CORE_PORT=3000\n' }, '--format', 'sarif')
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
            locations: [{ physicalLocation: { artifactLocation: { uri: string } } }]
          }[]
          tool: { driver: { rules: { id: string }[] } }
        },
      ]
    }
    expect(validate(log), JSON.stringify(validate.errors)).toBe(true)
    const [{ results, tool }] = log.runs
    expect(results).toHaveLength(4)
    for (const { ruleId, ruleIndex } of results) expect(tool.driver.rules[ruleIndex]!.id).toBe(ruleId)
    expect(results.map(({ locations }) => locations[0].physicalLocation.artifactLocation.uri)).toContain(
      'a%20b%23%3F.env',
    )
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
        files: 3,
        bytes: expect.any(Number) as number,
        ms: expect.any(Number) as number,
        skipped: { binary: 0, large: 0, generated: 0, unreadable: 0 },
        unreadable: [],
      },
    })
  })

  it('prints all that it took for a port', async () => {
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
        expect.objectContaining({ column: 29, port: 3000, role: 'container', side: 'container' }),
      ],
    })
  })

  it('keeps silent of warnings when it is asked to', async () => {
    const { stdout, code } = await check({ 'a.ts': "fetch('http://localhost:3001')\n" }, '--quiet')
    expect(code).toBe(0)
    expect(stdout).toMatch(/^no findings/)
  })

  it('names files behind their root where there are several', async () => {
    const [one, other] = [
      await makeRepository({ '.env': 'CORE_PORT=3000\n' }),
      await makeRepository({ '.env': 'CORE_PORT=3001\n' }),
    ]
    const { stdout } = await run(['check', one, other, '--format', 'tsc'])
    expect(stdout).toMatch(new RegExp(`^${basename(one)}/\\.env\\(1,11\\): error`))
  })

  it('tells once of a file to which several paths lead', async () => {
    const root = await makeRepository({ 'a/.env': 'GRAFANA_PORT=3002\n' })
    const { stdout } = await run(['check', join(root, 'a'), root, join(root, 'a/.env'), '--format', 'tsc'])
    expect(stdout.match(/error/g)).toHaveLength(1)
  })

  it('checks a single file', async () => {
    const root = await makeRepository(drifted)
    const { stdout } = await run(['check', join(root, '.env'), '--format', 'tsc'])
    expect(stdout).toMatch(/^\.env\(1,14\): error [^\n]+\n$/)
  })

  it.each([
    [['--format', 'xml'], 'There is no format "xml"; there are pretty, tsc, github, sarif, json'],
    [['nowhere'], 'There is no file or folder'],
    [['--fixx'], 'There is no option --fixx; did you mean --fix?'],
  ])('refuses %j', async (args, message) => {
    const { code, stdout, stderr } = await run(['check', ...args], {}, false, await makeRepository({}))
    expect({ code, stdout }).toEqual({ code: 2, stdout: '' })
    expect(stderr).toContain(message)
  })
})

describe('check --fix', () => {
  it('writes the certain numbers, shows what it wrote, and leaves the rest', async () => {
    const root = await makeRepository({
      'package.json': manifestOf('driftos-core'),
      '.env': '# mine\r\nPORT=3000\r\nGRAFANA_PORT=3002\r\n',
      'README.md': '- Grafana: http://localhost:3002\n- **Core Grafana (3002 → 3010)**: originally on 3002\n',
      'run.sh': 'API_URL=${1:-http://localhost:3000}\n',
      'prometheus.yml':
        'scrape_configs:\n  - job_name: driftos-core\n    static_configs: [{ targets: ["localhost:3000"] }]\n',
    })
    const { code, stdout } = await run(['check', root, '--fix'])
    expect(code).toBe(1)
    expect(stdout).toContain('-PORT=3000')
    expect(stdout).toContain('+PORT=3001')
    expect(await readFile(join(root, '.env'), 'utf8')).toContain('PORT=3001\r\nGRAFANA_PORT=3010\r\n')
    expect(await readFile(join(root, 'README.md'), 'utf8')).toBe(
      '- Grafana: http://localhost:3010\n- **Core Grafana (3002 → 3010)**: originally on 3002\n',
    )
    expect(await readFile(join(root, 'prometheus.yml'), 'utf8')).toContain('localhost:3001')
    expect(await readFile(join(root, 'run.sh'), 'utf8')).toContain('3000')
  })

  it('mends a file that is given by itself', async () => {
    const file = join(await makeRepository({ '.env': 'GRAFANA_PORT=3002\n' }), '.env')
    expect(await run(['check', file, '--fix'])).toMatchObject({ code: 0, stderr: '' })
    expect(await readFile(file, 'utf8')).toBe('GRAFANA_PORT=3010\n')
  })

  it('leaves a file that is not UTF-8', async () => {
    const root = await makeRepository({})
    const bytes = Buffer.from('# \xE9\nGRAFANA_PORT=3002\n', 'latin1')
    await writeFile(join(root, '.env'), bytes)
    const { stderr, code } = await run(['check', root, '--fix'])
    expect({ stderr, code }).toEqual({ stderr: '.env is not UTF-8, and left as it is\n', code: 1 })
    expect(await readFile(join(root, '.env'))).toEqual(bytes)
  })

  it('keeps JSON alone on its standard output', async () => {
    const root = await makeRepository({ '.env': 'GRAFANA_PORT=3002\n' })
    const { stdout, stderr } = await run(['check', root, '--fix', '--json'])
    expect(JSON.parse(stdout)).toMatchObject({ findings: [] })
    expect(stderr).toContain('+GRAFANA_PORT=3010')
  })
})

describe('driftos-ports-ignore', () => {
  it.each([
    ['on the line', '.env', 'GRAFANA_PORT=3002 # driftos-ports-ignore: a test of ours\n'],
    ['on the line before', '.env', '# driftos-ports-ignore\nGRAFANA_PORT=3002\n'],
    [
      'for the rule that it names',
      'a.ts',
      "fetch('http://localhost:3001') // driftos-ports-ignore hard-coded-port: no registry here\n",
    ],
    ['in a document', 'README.md', '<!-- driftos-ports-ignore -->\n- Grafana: http://localhost:3002\n'],
  ])('silences a finding %s', async (_, file, text) => {
    expect(await check({ [file]: text }, '--format', 'tsc')).toMatchObject({ code: 0, stdout: '' })
  })

  it('is reported where it silences nothing', async () => {
    const { stdout } = await check({ '.env': 'GRAFANA_PORT=3010 # driftos-ports-ignore\n' }, '--format', 'tsc')
    expect(stdout).toMatch(/^\.env\(1,21\): warning TS\d+: unused-ignore: /)
  })

  it('is reported in the file that holds the configuration, where an entry of that silences nothing', async () => {
    const ignore = [{ files: 'docs/**', reason: 'none' }]
    for (const [file, text] of [
      ['package.json', JSON.stringify({ 'driftos-ports': { ignore } })],
      ['driftos-ports.config.ts', `export default ${JSON.stringify({ ignore })}`],
    ] as const) {
      const root = await makeRepository({ [file]: text })
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
  it('is counted and passed over, and the rest is checked', async () => {
    const root = await makeRepository(drifted)
    await writeFile(join(root, 'image.ts'), Buffer.from('PORT=3000\0'))
    await writeFile(join(root, 'large.json'), `{"port":3000,"x":"${'x'.repeat(3_000_000)}"}`)
    await writeFile(join(root, 'package-lock.json'), '{"port": 3003}')
    await writeFile(join(root, 'latin1.env'), Buffer.from('# \xE9\xFF\nDEMO_PORT=3004\n', 'latin1'))
    await writeFile(join(root, 'bom.env'), '\uFEFFDEMO_PORT=3004\r\n')
    await writeFile(join(root, 'broken.yml'), 'a: [1, {\n\t"b: &x *x\nPORT: 3003 }}\n')
    await writeFile(join(root, 'a name\nwith a line end.env'), 'DEMO_PORT=3004\n')
    await mkdir(join(root, 'loop'))
    await symlink('..', join(root, 'loop', 'again'))
    const { stdout, code } = await run(['check', root, '--json'])
    const { findings, scanned } = JSON.parse(stdout) as { findings: { file: string }[]; scanned: { skipped: object } }
    expect(code).toBe(1)
    expect(new Set(findings.map(({ file }) => file))).toEqual(
      new Set(['.env', 'src/main.ts', 'latin1.env', 'bom.env', 'broken.yml', 'a name\nwith a line end.env']),
    )
    expect(scanned.skipped).toEqual({ binary: 1, large: 1, generated: 1, unreadable: 0 })
  })

  it('passes over what git ignores', async () => {
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
  return run(['check', await makeRepository(files), ...args])
}
