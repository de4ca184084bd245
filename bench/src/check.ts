import { spawn, type ChildProcess } from 'node:child_process'
import { appendFileSync, cpSync, copyFileSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { dirname, extname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { services } from '@driftos/ports'
import { withTempFolder } from './child.js'
import { rowOf, type Effort, type Figure, type Row } from './figure.js'
import { interleave } from './measure.js'

const root = fileURLToPath(new URL('../../', import.meta.url))
const benchRoot = join(root, 'bench')
const programs = join(benchRoot, 'node_modules/.bin')
const cli = join(root, 'packages/ports-cli/dist/bin.cjs')
const packages = join(root, 'node_modules/.pnpm')
const text = new Set(
  '.js .cjs .mjs .jsx .ts .cts .mts .tsx .json .md .mdx .yml .yaml .toml .sh .css .scss .html .txt'.split(' '),
)
const ports = Object.values(services).map(({ port }) => String(port))

const check = 'driftos-ports check'
const nothing = 'node -e 0'
const limit = 'files with numbers that may be ports go to a parser'
const blank = 'check, no number in it'
const small = 400
const medium = 5850
const running = new Set<ChildProcess>()

process.once('exit', () => {
  for (const child of running) child.kill('SIGKILL')
})

/** Measures a check against a linter, a scanner for secrets, and a search. */
export const checkFigure: Figure = {
  title: 'driftos-ports check, against oxlint, secretlint and ripgrep',
  method:
    'Whole processes on one tree of files from the installed packages. oxlint and secretlint use their recommended rules, ripgrep searches for the registered numbers as literals. In the tree without numbers they are replaced by names, which measures the prefilter only. --staged: three changed files of a repository of 400.',
  measure: async (effort) => withTempFolder(async (folder) => measureChecks(folder, effort)),
}

async function measureChecks(folder: string, effort: Effort): Promise<Row[]> {
  const sizes = effort === 'quick' ? [medium] : [medium, 60_000]
  const rounds = effort === 'quick' ? 3 : 9
  const sources = [...textsBelow(packages, '')]
  const rows: Row[] = await measureSmall(makeTree(folder, sources, small), rounds * 3)
  for (const size of sizes) rows.push(...(await measureTree(makeTree(folder, sources, size), size, rounds)))
  return effort === 'quick' ? rows : [...rows, await measureMemory(makeTree(folder, sources, 100_000))]
}

async function measureSmall(tree: string, rounds: number): Promise<Row[]> {
  const whole = `${check}, ${small} files`
  const staged = `${check} --staged`
  const git = async (...args: string[]) => run('git', args, tree)
  await git('init', '--quiet')
  await git('add', '--all')
  await git('-c', 'user.name=bench', '-c', 'user.email=bench@example.com', 'commit', '--quiet', '--message', 'all')
  for (const file of [...textsBelow(tree, '')].slice(0, 3)) appendFileSync(join(tree, file), '\n')
  await git('add', '--all')
  const secrets = ['--secretlintrc', join(benchRoot, '.secretlintrc.json')]
  const registry = ['--registry', join(root, 'packages/ports/dist/ports.json')]
  const samples = await interleave<string, number>(
    {
      [whole]: async () => timeOf(process.execPath, [cli, 'check', tree]),
      [staged]: async () => timeOf(process.execPath, [cli, 'check', '--staged', ...registry], tree),
      // With more files it takes minutes.
      secretlint: async () => timeOf(join(programs, 'secretlint'), [...secrets, '**/*'], tree),
      [nothing]: async () => timeOf(process.execPath, ['-e', '0']),
    },
    rounds,
  )
  const goal = { goal: { of: 'ratio', atMost: 2, limit } } as const
  return [
    rowOf([whole, samples[whole]!], [nothing, samples[nothing]!], 'ms', goal),
    rowOf([whole, samples[whole]!], ['secretlint', samples['secretlint']!], 'ms'),
    rowOf([staged, samples[staged]!], [nothing, samples[nothing]!], 'ms', goal),
  ]
}

async function measureTree(tree: string, size: number, rounds: number): Promise<Row[]> {
  const empty = withoutNumbers(tree)
  const peers: Record<string, () => Promise<number>> = {
    // In the tree, so that this repository's own configuration of oxlint does not count.
    oxlint: async () => timeOf(join(programs, 'oxlint'), ['.'], tree),
  }
  if (await hasRipgrep()) peers['ripgrep'] = async () => timeOf('rg', searchOf(tree))
  const samples = await interleave<string, number>(
    {
      ...peers,
      [check]: async () => timeOf(process.execPath, [cli, 'check', tree]),
      [blank]: async () => timeOf(process.execPath, [cli, 'check', empty]),
    },
    rounds,
  )
  const files = `${size.toLocaleString('en')} files`
  const own = [`${check}, ${files}`, samples[check]!] as const
  const goals: Readonly<Record<string, number>> = { oxlint: 2, [blank]: 1.2 }
  return [...Object.keys(peers), blank].map((base) => {
    const atMost = goals[base]
    return rowOf(
      own,
      [base, samples[base]!],
      'ms',
      atMost === undefined ? {} : { goal: { of: 'ratio', atMost, limit } },
    )
  })
}

async function measureMemory(tree: string): Promise<Row> {
  const preload = join(dirname(tree), 'peak.cjs')
  writeFileSync(
    preload,
    "process.on('exit', () => require('fs').writeSync(2, 'peak ' + process.resourceUsage().maxRSS))",
  )
  const { stderr } = await run(process.execPath, ['--require', preload, cli, 'check', tree])
  const bytes = [Number(/peak (\d+)$/.exec(stderr)?.[1]) * 1024]
  const row = [`${check}, 100,000 files`, bytes] as const
  return rowOf(row, ['itself', bytes], 'B', { goal: { of: 'median', atMost: 200e6 }, note: 'peak memory, once' })
}

function searchOf(tree: string): string[] {
  return ['--no-messages', '--count', ...ports.flatMap((port) => ['-e', port]), tree]
}

async function hasRipgrep(): Promise<boolean> {
  return run('rg', ['--version']).then(
    () => true,
    () => false,
  )
}

async function timeOf(command: string, args: readonly string[], cwd = root): Promise<number> {
  return (await run(command, args, cwd)).wallMs
}

/** Runs a command that may exit with 1 because of findings or missing matches. */
async function run(command: string, args: readonly string[], cwd = root): Promise<{ wallMs: number; stderr: string }> {
  const start = performance.now()
  return new Promise((resolve, reject) => {
    const child = spawn(command, args, { cwd, stdio: ['ignore', 'ignore', 'pipe'] })
    running.add(child)
    let stderr = ''
    child.stderr.on('data', (chunk: Buffer) => (stderr += chunk.toString()))
    child.once('error', reject)
    child.once('close', (code) => {
      const wallMs = performance.now() - start
      running.delete(child)
      if (code === 0 || code === 1) resolve({ wallMs, stderr })
      else reject(new Error(`${command} ${args.join(' ')}\n${stderr}`))
    })
  })
}

/** Copies a number of text files into a directory, evenly selected from the sources, repeatedly if they are too few. */
function makeTree(folder: string, sources: readonly string[], size: number): string {
  const tree = join(folder, String(size))
  const step = Math.max(1, sources.length / size)
  for (let index = 0; index < size; index++) {
    const place = Math.floor(index * step)
    const source = sources[place % sources.length]!
    const target = join(tree, String(Math.floor(place / sources.length)), source.replaceAll('node_modules', 'modules'))
    mkdirSync(dirname(target), { recursive: true })
    copyFileSync(join(packages, source), target)
  }
  return tree
}

/** Writes the same tree with every number replaced by a name. */
function withoutNumbers(tree: string): string {
  const copy = `${tree}-without`
  cpSync(tree, copy, { recursive: true })
  for (const file of textsBelow(copy, '')) {
    const bytes = readFileSync(join(copy, file), 'latin1')
    writeFileSync(join(copy, file), bytes.replaceAll(/\d(?=\d)/g, '_'), 'latin1')
  }
  return copy
}

/** Lists the text files below a directory, without hidden ones, relative to it and sorted. */
function* textsBelow(top: string, folder: string): Generator<string> {
  const entries = readdirSync(join(top, folder), { withFileTypes: true })
  for (const entry of entries.toSorted((one, other) => (one.name < other.name ? -1 : 1))) {
    const path = join(folder, entry.name)
    if (entry.name.startsWith('.')) continue
    if (entry.isDirectory()) yield* textsBelow(top, path)
    else if (entry.isFile() && text.has(extname(entry.name))) yield path
  }
}
