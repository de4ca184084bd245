import { copyFileSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { createRequire } from 'node:module'
import { fileURLToPath } from 'node:url'
import { runNode, withTempFolder } from './child.js'
import type { Effort, Figure, Row } from './figure.js'
import { interleave, median, ratioOf } from './measure.js'

const { resolve } = createRequire(import.meta.url)
const sources = join(dirname(resolve('@driftos/ports/package.json')), 'src')
const tsc = join(dirname(resolve('typescript/package.json')), 'bin', 'tsc')
const usesCount = 200
const rounds: Readonly<Record<number, Readonly<Record<Effort, number>>>> = {
  10: { full: 25, quick: 9 },
  100: { full: 25, quick: 9 },
  1000: { full: 15, quick: 5 },
  5000: { full: 7, quick: 3 },
}

interface Sample {
  readonly totalMs: number
  readonly instantiations: number
}

/** What the registry costs a type check as it grows. */
export const typesFigure: Figure = {
  title: `Type check of ${usesCount} uses, against a plain object "as const" and its keyof typeof`,
  method:
    'The real registry.ts and types.ts with a table of that many services in place of theirs, by `tsc --noEmit --extendedDiagnostics`: its total time. Published: the same as .d.ts files under skipLibCheck, which is what a consumer checks.',
  async measure(effort) {
    const rows: Row[] = []
    for (const size of Object.keys(rounds).map(Number)) {
      rows.push(...(await withTempFolder((folder) => measureSize(folder, size, effort))))
    }
    return rows
  },
}

async function measureSize(folder: string, size: number, effort: Effort): Promise<Row[]> {
  const registry = readFileSync(join(sources, 'registry.ts'), 'utf8')
  const types = readFileSync(join(sources, 'types.ts'), 'utf8')
  const real = withTable(registry, size)
  const unchecked = replaced(real, / = PortClash>/, ' = never>')
  const base = `floor, ${size}`
  const ours = `@driftos/ports, ${size} services`
  const published = `${ours}, published`
  const withoutClash = `${ours}, without the clash check`
  project(folder, base, { 'types.ts': floor(size) }, size)
  project(folder, ours, { 'registry.ts': real, 'types.ts': types }, size)
  project(folder, withoutClash, { 'registry.ts': unchecked, 'types.ts': types }, size)
  project(folder, published, { 'registry.ts': real, 'types.ts': types }, size)
  await declare(join(folder, published))

  const task = (name: string) => [name, () => check(join(folder, name))] as const
  const tasks: Record<string, () => Promise<Sample>> = Object.fromEntries(
    [base, ours, withoutClash, published].map(task),
  )
  const samples = await interleave(tasks, rounds[size]?.[effort] ?? 1)
  const pick = (name: string, key: keyof Sample) => (samples[name] ?? []).map((sample) => sample[key])
  return [ours, published, withoutClash].map((subject): Row => {
    const row = {
      subject,
      base,
      median: median(pick(subject, 'totalMs')),
      unit: 'ms',
      ratio: ratioOf(pick(subject, 'totalMs'), pick(base, 'totalMs')),
      note: `instantiations ${median(pick(subject, 'instantiations'))}, floor ${median(pick(base, 'instantiations'))}`,
    } as const
    return subject === withoutClash ? row : { ...row, goal: { of: 'ratio', atMost: 1.5 } }
  })
}
