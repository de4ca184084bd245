import { rm } from 'node:fs/promises'
import { setTimeout as delay } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'
import { parseArgs } from 'node:util'
import { getOrigin, getPort, type Env } from '@driftos/ports'
import { quantile } from '../measure.js'
import { untilDriftReady } from '../drift-ready.js'
import { findFreeOffset } from '../free-offset.js'
import { emptyTally, runClient, type Tally } from './client.js'
import { killingFault, sparingFaults, type Fault } from './faults.js'
import { ServiceProcess, type Memory } from '../service-process.js'

/** The share of the time before the first measurement: minute 2 of 10. */
const warmShare = 0.2
const clientsPerApi = 3
const faultsPerRun = 24
/** The shortest run in minutes that compares heaps; earlier, V8 still compiles code. */
const comparedMinutes = 5
/** How much a heap may grow between the two measurements: the variation of an idle process. */
const growthLimit = { share: 1.15, bytes: 3_000_000 }

const help = `Runs conversations through the gateway for minutes under faults, and verifies all of them.

Usage: pnpm soak [--minutes <n>] [--json]

  --minutes <n>  the duration; default 10, minimum 0.5
  --json         prints JSON only
  --help         prints this help

The built gateway, core, embed and embedded database run on free ports. Their heaps are measured after a fifth of the
time and at the end, after a garbage collection; between the two, faults do not kill them. Before and after, each
process is killed and restarted.

Exit codes: 0 no message was lost and, in a run of ${comparedMinutes} minutes or more, no heap grew; 1 otherwise; 2 wrong usage.
`

process.exitCode = await main(process.argv.slice(2))

async function main(args: string[]): Promise<number> {
  let flags
  try {
    flags = parseArgs({
      args,
      options: { minutes: { type: 'string' }, json: { type: 'boolean' }, help: { type: 'boolean' } },
    }).values
  } catch (error) {
    process.stderr.write(`${(error as Error).message}\n\n${help}`)
    return 2
  }
  if (flags.help) {
    process.stdout.write(help)
    return 0
  }
  const minutes = Number(flags.minutes ?? 10)
  if (!(minutes >= 0.5)) {
    process.stderr.write(`--minutes ${flags.minutes}: expected a number of at least 0.5\n\n${help}`)
    return 2
  }
  const report = await soak(minutes * 60_000, flags.json ? () => {} : (line) => console.log(line))
  console.log(flags.json ? JSON.stringify(report, null, 2) : format(report))
  return isWell(report) ? 0 : 1
}

interface Report {
  readonly minutes: number
  readonly tally: Tally
  readonly faults: readonly { readonly name: string; readonly recoveredMs: number }[]
  readonly memory: readonly { readonly service: string; readonly early: Memory; readonly late: Memory }[]
}

async function soak(durationMs: number, say: (line: string) => void): Promise<Report> {
  const offset = await findFreeOffset()
  const env: Env = { DRIFTOS_PORT_OFFSET: String(offset), LOG_LEVEL: 'silent', HOME: process.env['HOME'] }
  const database = new ServiceProcess('postgres', 'packages/dev-postgres', env)
  const measured = [
    new ServiceProcess('gateway', 'apps/gateway', env),
    new ServiceProcess('core', 'apps/core', env),
    new ServiceProcess('embed', 'apps/embed', env),
  ]
  const data = fileURLToPath(new URL(`../../../.driftos/postgres-${getPort('postgres', env)}`, import.meta.url))
  const gateway = getOrigin('gateway', env).replace('localhost', '127.0.0.1')
  const apis = [`${gateway}/api/v1`, `${gateway}/api/v1/embed`]
  const tally = emptyTally()
  const over = new AbortController()
  const startedAt = performance.now()
  const until = (share: number) => startedAt + durationMs * share - performance.now()
  try {
    say('starting the database, core, embed and the gateway')
    await Promise.all([database, ...measured].map((process) => process.start()))
    await Promise.all(apis.map(untilDriftReady))
    const clients = apis.flatMap((api) =>
      Array.from({ length: clientsPerApi }, () => runClient(api, tally, over.signal)),
    )

    const faults: { name: string; recoveredMs: number }[] = []
    const bring = async (fault: Fault) => {
      await fault.inject()
      const healedAt = performance.now()
      await Promise.all(apis.map(untilDriftReady))
      faults.push({ name: fault.name, recoveredMs: performance.now() - healedAt })
      const minute = ((performance.now() - startedAt) / 60_000).toFixed(1)
      say(`${minute} min: ${fault.name}; served again after ${Math.round(faults.at(-1)!.recoveredMs)} ms`)
    }
    const look = () => Promise.all(measured.map((process) => process.memory()))

    for (const process of measured) await bring(killingFault(process))
    await delay(Math.max(0, until(warmShare)))
    const early = await look()
    const sparing = sparingFaults(measured, database, getPort('gateway', env))
    for (let index = 0; until(1) > 0; index++) {
      await bring(sparing[index % sparing.length]!)
      await delay(Math.max(0, Math.min(until(1), (durationMs * (1 - warmShare)) / faultsPerRun)))
    }
    const late = await look()
    for (const process of measured) await bring(killingFault(process))

    say('reading the remaining conversations')
    over.abort()
    await Promise.all(clients)
    const memory = measured.map(({ service }, index) => ({ service, early: early[index]!, late: late[index]! }))
    return { minutes: durationMs / 60_000, tally, faults, memory }
  } finally {
    over.abort()
    await Promise.all([...measured, database].map((process) => process.stop()))
    await rm(data, { recursive: true, force: true })
  }
}

function isWell({ minutes, tally, memory }: Report): boolean {
  const isWhole = [tally.lost, tally.doubled, tally.torn].every((faults) => faults.length === 0)
  return isWhole && (minutes < comparedMinutes || memory.every((each) => isFlat(each)))
}

function isFlat({ early, late }: Report['memory'][number]): boolean {
  return late.heapBytes <= Math.max(early.heapBytes * growthLimit.share, early.heapBytes + growthLimit.bytes)
}

function format({ minutes, tally, faults, memory }: Report): string {
  const { conversations, acknowledged, lost, doubled, torn, refused, latenciesMs } = tally
  const megabytes = (bytes: number) => `${(bytes / 1e6).toFixed(1)} MB`
  const recoveries = faults.map(({ recoveredMs }) => recoveredMs)
  return [
    '',
    `${minutes} minutes: ${acknowledged} messages acknowledged in ${conversations} conversations, all read again`,
    `lost ${lost.length}, doubled ${doubled.length}, torn ${torn.length}`,
    ...[...lost, ...doubled, ...torn].slice(0, 10).map((content) => `  ${content}`),
    `not acknowledged, by status: ${[...refused].map(([status, count]) => `${status}: ${count}`).join(', ') || 'none'}`,
    `a message took ${quantile(latenciesMs, 0.5).toFixed(1)} ms in the median, ${quantile(latenciesMs, 0.99).toFixed(0)} ms in the 99th percentile`,
    `${faults.length} faults; served again after ${Math.round(quantile(recoveries, 0.5))} ms in the median, ${Math.round(Math.max(...recoveries))} ms at most`,
    ...memory.map((each) => {
      const heap = `${megabytes(each.early.heapBytes)} at minute ${minutes * warmShare}, ${megabytes(each.late.heapBytes)} at minute ${minutes}`
      const resident = `resident ${megabytes(each.early.residentBytes)}, ${megabytes(each.late.residentBytes)}`
      return `heap of ${each.service}: ${heap}${isFlat(each) || minutes < comparedMinutes ? '' : ', GROWN'} (${resident})`
    }),
  ].join('\n')
}
