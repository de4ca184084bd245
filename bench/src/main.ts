import { readFileSync } from 'node:fs'
import { availableParallelism, cpus } from 'node:os'
import { parseArgs } from 'node:util'
import { bytesFigure } from './bytes.js'
import { callFigure } from './call.js'
import { checkFigure } from './check.js'
import { cliFigure } from './cli.js'
import { isMet, type Figure, type Row } from './figure.js'
import { importFigure } from './import.js'
import { moveFigure } from './move.js'
import { proxyFigure } from './proxy.js'
import { routeFigure } from './route.js'
import { startFigure } from './start.js'
import { statusFigure } from './status.js'
import { syncFigure } from './sync.js'
import { typesFigure } from './types.js'

const figures: Readonly<Record<string, Figure>> = {
  import: importFigure,
  call: callFigure,
  bytes: bytesFigure,
  types: typesFigure,
  cli: cliFigure,
  check: checkFigure,
  status: statusFigure,
  sync: syncFigure,
  start: startFigure,
  proxy: proxyFigure,
  route: routeFigure,
  move: moveFigure,
}

const help = `Prints what this project costs, each figure as a ratio against a peer or a base of the same run.

Usage: pnpm bench [--only <name>] [--quick] [--json]

  --only <name>  one figure: ${Object.keys(figures).join(', ')}; may be repeated
  --quick        fewer rounds, and after a move no tests: a few minutes, and a wider spread
  --json         JSON and only JSON
  --help         this text

A ratio is one of medians; behind it stand the quartiles of the rounds' own ratios. A missed goal is
shown and is no failure: the exit code is 0; 1 for a figure that could not be measured, 2 for wrong usage.
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
  const measured: Record<string, unknown> = {}
  let exitCode = 0
  for (const [name, { title, method, measure }] of Object.entries(figures)) {
    if (flags.only && !flags.only.includes(name)) continue
    const rows = await measure(effort).catch((error: unknown) => {
      console.error(`\n${name}: not measured\n`, error)
      exitCode = 1
    })
    if (!rows) continue
    measured[name] = { title, method, rows: rows.map((row) => ({ ...row, isMet: isMet(row) })) }
    if (!flags.json) console.log(`\n${name}: ${title}\n${method}\n\n${formatTable(rows)}`)
  }
  if (flags.json) console.log(JSON.stringify({ machine, effort, figures: measured }, null, 2))
  return exitCode
}

/** The flags, or what is wrong with them. */
function parseFlags(args: string[]) {
  try {
    const { values } = parseArgs({
      args,
      options: {
        only: { type: 'string', multiple: true },
        quick: { type: 'boolean' },
        json: { type: 'boolean' },
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

function formatTable(rows: readonly Row[]): string {
  const header = ['what', 'median', 'ratio', 'quartiles', 'against', 'goal', 'met', '']
  const cells = [header, ...rows.map(cellsOf)]
  const widths = header.map((_, column) => Math.max(...cells.map((row) => row[column]?.length ?? 0)))
  const line = (row: readonly string[]) =>
    row
      .map((cell, column) =>
        column === 1 || column === 2 ? cell.padStart(widths[column] ?? 0) : cell.padEnd(widths[column] ?? 0),
      )
      .join('  ')
      .trimEnd()
  return cells.map(line).join('\n')
}

function cellsOf(row: Row): string[] {
  const { ratio, goal, unit } = row
  const met = isMet(row)
  return [
    row.subject,
    `${number(row.median)} ${unit}`,
    `${number(ratio.median)}x`,
    ratio.low === ratio.high ? '' : `${number(ratio.low)}-${number(ratio.high)}`,
    row.base,
    goal ? (goal.of === 'ratio' ? `${goal.atMost.toFixed(2)}x` : `${goal.atMost} ${unit}`) : '',
    met === undefined ? '' : met ? 'yes' : 'NO',
    row.note ?? '',
  ]
}

function number(value: number): string {
  return value.toFixed(value < 10 ? 2 : value < 100 ? 1 : 0)
}
