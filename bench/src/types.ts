import { mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { dirname, join } from 'node:path'
import { runNode, withTempFolder } from './child.js'
import { rowOf, type Effort, type Figure, type Row } from './figure.js'
import { interleave, median } from './measure.js'

const { resolve } = createRequire(import.meta.url)
const sources = join(dirname(resolve('@driftos/ports/package.json')), 'src')
const tsc = join(dirname(resolve('typescript/package.json')), 'bin', 'tsc')
const usesCount = 200
/** The size from which the clash check takes most of a minute. */
const slowSize = 5000
const clashCheck = /^type HolderOf = [^]*^export type NoPortClash.*\n/m
const strict = {
  target: 'ES2022',
  lib: ['ES2023'],
  module: 'ESNext',
  moduleResolution: 'bundler',
  strict: true,
  isolatedModules: true,
}
/** How often each size is measured; 0 skips it. */
const rounds: Readonly<Record<number, Readonly<Record<Effort, number>>>> = {
  10: { full: 25, quick: 1 },
  100: { full: 25, quick: 0 },
  1000: { full: 15, quick: 0 },
  [slowSize]: { full: 7, quick: 0 },
}

interface Sample {
  readonly totalMs: number
  readonly instantiations: number
}

/** Measures a type check as the registry grows. */
export const typesFigure: Figure = {
  title: `Type check of ${usesCount} uses, against the same table as a plain "as const" and its keyof typeof`,
  method:
    'The real registry.ts and types.ts, with a table of that many services, by `tsc --noEmit --extendedDiagnostics`: its total time. Published: the same as .d.ts files under skipLibCheck, as in a project that installs the package.',
  async measure(effort) {
    const rows: Row[] = []
    for (const [size, { [effort]: times }] of Object.entries(rounds)) {
      if (times > 0) rows.push(...(await withTempFolder((folder) => measureSize(folder, Number(size), effort))))
    }
    return rows
  },
}

async function measureSize(folder: string, size: number, effort: Effort): Promise<Row[]> {
  const registry = withTable(readFileSync(join(sources, 'registry.ts'), 'utf8'), size)
  const types = readFileSync(join(sources, 'types.ts'), 'utf8')
  const base = `${size} as const`
  const numbers = `${size} numbers as const, no metadata`
  const source = `${size} services, source`
  const unchecked = `${size} services, source without its clash check`
  const published = `${size} services, published`
  project(folder, base, size, { 'types.ts': floor(registry) })
  project(folder, numbers, size, { 'types.ts': numbersOnly(size) })
  project(folder, source, size, { 'registry.ts': registry, 'types.ts': types })
  project(folder, unchecked, size, { 'registry.ts': replaced(registry, clashCheck, ''), 'types.ts': types })
  project(folder, published, size, { 'registry.ts': registry, 'types.ts': types })
  await declare(join(folder, published))

  const task = (name: string) => [name, () => check(join(folder, name))] as const
  const names = [base, numbers, published, unchecked, ...(size < slowSize ? [source] : [])]
  const samples = await interleave(Object.fromEntries(names.map(task)), rounds[size]?.[effort] ?? 1)
  const floors = samples[base] ?? []
  const rows = names.slice(1).map((subject) => row(subject, base, samples[subject] ?? [], floors))
  // Slow enough for one sample.
  if (size >= slowSize && effort === 'full') rows.push(row(source, base, [await check(join(folder, source))], floors))
  return rows
}

function row(subject: string, base: string, samples: readonly Sample[], floors: readonly Sample[]): Row {
  const times = samples.map(({ totalMs }) => totalMs)
  const floorTimes = floors.map(({ totalMs }) => totalMs)
  const isSingle = samples.length < floors.length
  const note = [
    `${median(samples.map(({ instantiations }) => instantiations))} instantiations`,
    `base ${median(floors.map(({ instantiations }) => instantiations))}`,
    ...(isSingle ? ['one sample'] : []),
  ].join(', ')
  const isGoal = !/(check|metadata)$/.test(subject)
  return rowOf([subject, times], [base, isSingle ? [median(floorTimes)] : floorTimes], 'ms', {
    note,
    ...(isGoal ? { goal: { of: 'ratio', atMost: 1.5, limit: 'the clash check' } } : {}),
  })
}

async function check(folder: string): Promise<Sample> {
  const { stdout } = await runNode([tsc, '--noEmit', '--extendedDiagnostics'], folder)
  const read = (label: string) => Number(new RegExp(`^${label}: +([\\d.]+)`, 'm').exec(stdout)?.[1] ?? Number.NaN)
  return { totalMs: read('Total time') * 1000, instantiations: read('Instantiations') }
}

/** Replaces the sources by their declarations, as in the published package. */
async function declare(folder: string): Promise<void> {
  const options = ['--declaration', '--emitDeclarationOnly', '--noCheck', '--outDir', 'published']
  await runNode([tsc, '--noEmit', 'false', ...options], folder)
  for (const name of ['registry', 'types']) {
    rmSync(join(folder, `${name}.ts`))
    renameSync(join(folder, 'published', `${name}.d.ts`), join(folder, `${name}.d.ts`))
  }
}

function project(parent: string, name: string, size: number, files: Readonly<Record<string, string>>): void {
  const folder = join(parent, name)
  mkdirSync(folder)
  const compilerOptions = { ...strict, noEmit: true, skipLibCheck: true, types: [] }
  const all = {
    ...files,
    'uses.ts': uses(size),
    'tsconfig.json': JSON.stringify({ compilerOptions, files: ['uses.ts'] }),
  }
  for (const [file, text] of Object.entries(all)) writeFileSync(join(folder, file), text)
}

/** Returns the registry's source with a table of that many services. */
function withTable(registry: string, size: number): string {
  const line = (index: number) =>
    `  svc${index}: { port: ${numberOf(index)}, containerName: 'driftos-svc${index}', variable: 'SVC${index}_PORT', scheme: 'http', healthPath: '/health', metricsPath: '/metrics', group: 'services', status: 'active', summary: 'Service ${index}' },\n`
  const table = Array.from({ length: size }, (_, index) => line(index)).join('')
  return replaced(registry, /(?<=^export const services = \{\n)[^]*?(?=^\} as const satisfies)/m, table)
}

/** Returns the same table without a check, with minimal types. */
function floor(registry: string): string {
  const table = replaced(
    replaced(registry, / satisfies Record<string, ServiceDefinition<[^]*/, ''),
    /^\/\*\*[^]*?\*\/$/m,
    '',
  )
  return `${table}
export type ServiceName = keyof typeof services
export type PortOf<Name extends ServiceName> = (typeof services)[Name]['port']
export type RegisteredPort = PortOf<ServiceName>
export type Ports = { readonly [Name in ServiceName]: PortOf<Name> }
`
}

/** Returns a table of names and numbers only. */
function numbersOnly(size: number): string {
  const table = Array.from({ length: size }, (_, index) => `  svc${index}: ${numberOf(index)},\n`).join('')
  return `export const services = {\n${table}} as const
export type ServiceName = keyof typeof services
export type PortOf<Name extends ServiceName> = (typeof services)[Name]
export type RegisteredPort = PortOf<ServiceName>
export type Ports = typeof services
`
}

function uses(size: number): string {
  const four = (_: unknown, use: number) => {
    const index = Math.floor((use * 4 * size) / usesCount)
    return `export const port${use} = getPort('svc${index}')
export const literal${use}: ${numberOf(index)} = PORTS.svc${index}
export const own${use}: PortOf<'svc${index}'> = ${numberOf(index)}
export const any${use}: RegisteredPort = ${numberOf(index)}
`
  }
  return `import type { PortOf, Ports, RegisteredPort, ServiceName } from './types.js'
declare const PORTS: Ports
declare function getPort(service: ServiceName, env?: Readonly<Record<string, string | undefined>>): number
${Array.from({ length: usesCount / 4 }, four).join('')}`
}

function numberOf(index: number): number {
  return 10_000 + index
}

function replaced(text: string, part: RegExp, by: string): string {
  if (!part.test(text)) throw new Error(`src/registry.ts of @driftos/ports has changed: no match for ${part}`)
  return text.replace(part, () => by)
}
