import { mkdirSync, realpathSync, symlinkSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { runNode, withTempFolder } from './child.js'
import { rowOf, type Effort, type Figure, type Row } from './figure.js'
import { interleave } from './measure.js'

const empty = 'empty-package'
const ours = '@driftos/ports'
const peers = ['get-port', 'valibot', 'env-var', 'convict', 'envalid', '@t3-oss/env-core', 'zod/mini', 'zod']
const installed = fileURLToPath(new URL('../node_modules', import.meta.url))

// The first import of the process, as in a service: every sample includes what Node prepares for it.
const probe = `const start = performance.now()
await import(process.argv[2])
process.stdout.write(String(performance.now() - start))
`

interface Sample {
  readonly importMs: number
  readonly wallMs: number
}

/** Measures an import in a new process. */
export const importFigure: Figure = {
  title: 'Import in a fresh process, against an empty package',
  method:
    'A sample is a new process. In process: performance.now() around `await import(…)`. Whole: from spawn to exit, Node’s own start included.',
  measure: (effort) => withTempFolder((folder) => measureImports(folder, effort)),
}

async function measureImports(folder: string, effort: Effort): Promise<Row[]> {
  install(folder)
  const task = (specifier: string) => [specifier, () => importOnce(folder, specifier)] as const
  const pair: Record<string, () => Promise<Sample>> = Object.fromEntries([empty, ours].map(task))
  const all: typeof pair = Object.fromEntries([empty, ...peers].map(task))
  const rounds = effort === 'quick' ? 2 : 60

  const own = await interleave(pair, rounds * 5)
  const others = await interleave(all, rounds)
  return [...rowsOf(own, [ours]), ...rowsOf(others, peers)]
}

/** Links all packages into a directory as pnpm does, including an empty one. */
function install(folder: string): void {
  const store = join(folder, 'store')
  mkdirSync(store)
  writeFileSync(join(store, 'package.json'), JSON.stringify({ name: empty, type: 'module', exports: './index.js' }))
  writeFileSync(join(store, 'index.js'), '')
  writeFileSync(join(folder, 'probe.mjs'), probe)

  const names = [ours, ...peers].map((specifier) => specifier.replace('/mini', ''))
  const targets = new Map(names.map((name) => [name, realpathSync(join(installed, name))]))
  for (const [name, target] of targets.set(empty, store)) {
    const link = join(folder, 'node_modules', name)
    mkdirSync(dirname(link), { recursive: true })
    symlinkSync(target, link, 'junction')
  }
}

async function importOnce(folder: string, specifier: string): Promise<Sample> {
  const { stdout, wallMs } = await runNode(['probe.mjs', specifier], folder)
  return { importMs: Number(stdout), wallMs }
}

function rowsOf(samples: Readonly<Record<string, readonly Sample[]>>, subjects: readonly string[]): Row[] {
  const pick = (name: string, key: keyof Sample) => (samples[name] ?? []).map((sample) => sample[key])
  const row = (name: string, key: keyof Sample, place: string, atMost: number) =>
    rowOf(
      [`${name}, ${place}`, pick(name, key)],
      [empty, pick(empty, key)],
      'ms',
      name === ours ? { goal: { of: 'ratio', atMost } } : {},
    )
  return subjects.flatMap((name) => [
    row(name, 'importMs', 'in process', 1.1),
    row(name, 'wallMs', 'whole process', 1.02),
  ])
}
