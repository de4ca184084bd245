import { existsSync, readFileSync, writeFileSync } from 'node:fs'
import { availableParallelism, cpus } from 'node:os'
import { parseArgs } from 'node:util'
import { browserFigure } from './browser.js'
import { bytesFigure } from './bytes.js'
import { callFigure } from './call.js'
import { checkFigure } from './check.js'
import { cliFigure } from './cli.js'
import { isMet, type Figure } from './figure.js'
import { importFigure } from './import.js'
import { monorepoFigure } from './monorepo.js'
import { moveFigure } from './move.js'
import { proxyFigure } from './proxy.js'
import { updateReport, type Measured } from './report.js'
import { routeFigure } from './route.js'
import { scaleFigure } from './scale.js'
import { siteFigure } from './site.js'
import { startFigure } from './start.js'
import { statusFigure } from './status.js'
import { syncFigure } from './sync.js'
import { formatCells, formatTable } from './table.js'
import { typesFigure } from './types.js'

const figures: Readonly<Record<string, Figure>> = {
  import: importFigure,
  call: callFigure,
  bytes: bytesFigure,
  types: typesFigure,
  scale: scaleFigure,
  site: siteFigure,
  monorepo: monorepoFigure,
  cli: cliFigure,
  check: checkFigure,
  status: statusFigure,
  sync: syncFigure,
  start: startFigure,
  proxy: proxyFigure,
  route: routeFigure,
  move: moveFigure,
  browser: browserFigure,
}

const reportFile = new URL('../../docs/BENCHMARKS.md', import.meta.url)

const slowNames = Object.entries(figures)
  .filter(([, { takesMinutes }]) => takesMinutes)
  .map(([name]) => name)
  .join(', ')

const help = `Measures this project. Each figure is a ratio against a peer or a base of the same run.

Usage: pnpm bench [--only <name>] [--quick] [--json] [--write]

  --only <name>  one figure: ${Object.keys(figures).join(', ')}; may be repeated
  --quick        fewer rounds, and without ${slowNames}: one minute, and a wider spread
  --json         JSON and only JSON
  --write        writes the measured figures to docs/BENCHMARKS.md and keeps the others there
  --help         prints this help

A ratio is one of medians; after it are the quartiles of the rounds' own ratios. A missed goal is
shown and is not a failure: the exit code is 0; 1 for a figure that could not be measured, 2 for wrong usage.
`

for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => process.exit(130))
process.exitCode = await main(process.argv.slice(2))

async function main(args: string[]): Promise<number> {
  const flags = parseFlags(args)
  if (typeof flags === 'string') {
    process.stderr.write(`${flags}\n\n${help}`)
    return 2
  }
  if (flags.help) {
    process.stdout.write(help)
    return 0
  }
  const effort = flags.quick ? 'quick' : 'full'
  const machine = describeMachine()
  if (!flags.json) console.log(formatMachine(machine))
  const date = new Date().toISOString().slice(0, 10)
  const measured: Measured[] = []
  let exitCode = 0
  for (const [name, figure] of Object.entries(figures)) {
    if (flags.only ? !flags.only.includes(name) : flags.quick && figure.takesMinutes) continue
    const rows = await figure.measure(effort).catch((error: unknown) => {
      console.error(`\n${name}: not measured\n`, error)
      exitCode = 1
    })
    if (!rows) continue
    measured.push({ name, figure, rows, effort, machine: formatMachine(machine), date })
    if (flags.json) continue
    const table = formatTable(rows.map((row) => formatCells(row, isMet(row))))
    console.log(`\n${name}: ${figure.title}\n${figure.method}\n\n${table}`)
  }
  if (flags.quick && !flags.only && !flags.json) console.log(`\nNot measured under --quick: ${slowNames}.`)
  if (flags.json) {
    const results = measured.map(({ name, figure: { title, method }, rows }) => [
      name,
      { title, method, rows: rows.map((row) => ({ ...row, isMet: isMet(row) })) },
    ])
    console.log(JSON.stringify({ machine, effort, figures: Object.fromEntries(results) as unknown }, null, 2))
  }
  if (flags.write) {
    const report = existsSync(reportFile) ? readFileSync(reportFile, 'utf8') : ''
    writeFileSync(reportFile, updateReport(report, measured, Object.keys(figures)))
  }
  return exitCode
}

/** Returns the flags, or a message about an invalid one. */
function parseFlags(args: string[]) {
  try {
    const { values } = parseArgs({
      args,
      options: {
        only: { type: 'string', multiple: true },
        quick: { type: 'boolean' },
        json: { type: 'boolean' },
        write: { type: 'boolean' },
        help: { type: 'boolean' },
      },
    })
    const unknown = values.only?.find((name) => !Object.hasOwn(figures, name))
    return unknown === undefined
      ? values
      : `No figure is named ${JSON.stringify(unknown)}: there are ${Object.keys(figures).join(', ')}.`
  } catch (error) {
    return (error as Error).message
  }
}

interface Machine {
  readonly cpu: string
  readonly cores: number
  readonly node: string
  readonly packages: Readonly<Record<string, string>>
}

function describeMachine(): Machine {
  const { devDependencies } = readManifest(new URL('../package.json', import.meta.url))
  const packages = Object.keys(devDependencies ?? {})
    .filter((name) => !/^@types\/|^@driftos\/config$|^vitest$/.test(name))
    .map(
      (name) => [name, readManifest(new URL(`../node_modules/${name}/package.json`, import.meta.url)).version] as const,
    )
  return {
    cpu: cpus()[0]?.model ?? 'unknown',
    cores: availableParallelism(),
    node: process.version,
    packages: Object.fromEntries(packages),
  }
}

function readManifest(file: URL) {
  return JSON.parse(readFileSync(file, 'utf8')) as { version: string; devDependencies?: Record<string, string> }
}

function formatMachine({ cpu, cores, node, packages }: Machine): string {
  const versions = Object.entries(packages).map(([name, version]) => `${name} ${version}`)
  return `${cpu}, ${cores} cores, Node ${node}\n${versions.join(', ')}`
}
