import { spawn, type ChildProcess } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { delimiter, join } from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'
import { getOrigin, type ServiceName } from '@driftos/ports'
import { rowOf, type Effort, type Figure, type Row } from './figure.js'
import { findFreeOffset } from './free-offset.js'
import { interleave } from './measure.js'

const root = fileURLToPath(new URL('../../', import.meta.url))
const services = ['gateway', 'core', 'embed', 'website', 'demo'] as const satisfies ServiceName[]
const startDeadlineMs = 60_000
const stopDeadlineMs = 15_000
const running = new Set<ChildProcess>()

process.once('exit', () => {
  for (const child of running) killGroup(child, 'SIGKILL')
})

/** How soon all five services answer. */
export const startFigure: Figure = {
  title: 'From nothing to five healthy services, against turbo',
  method:
    'Both run the built apps, without the embedded database, on shifted ports; the time is from the spawn to the last of five answers of /health. Where a build comes first, it is a cache hit.',
  measure: measureStart,
}

async function measureStart(effort: Effort): Promise<Row[]> {
  const manifest = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')) as { scripts: { start: string } }
  const base = 'turbo run start'
  const own = 'pnpm start, by its script'
  const prebuilt = 'node packages/stack/dist/main.js start'
  const [rounds, warmUps] = effort === 'quick' ? ([2, 0] as const) : ([12, 1] as const)
  const samples = await interleave(
    {
      [base]: () => timeToHealth("turbo run start --filter='./apps/*'"),
      [own]: () => timeToHealth(manifest.scripts.start),
      [prebuilt]: () => timeToHealth(prebuilt),
    },
    rounds,
    warmUps,
  )
  const turbo = [base, samples[base]] as const
  return [
    rowOf([own, samples[own]], turbo, 'ms', {
      goal: { of: 'ratio', atMost: 1, limit: 'whether the build is current is checked first' },
    }),
    rowOf([prebuilt, samples[prebuilt]], turbo, 'ms', { note: 'no build before it' }),
  ]
}

async function timeToHealth(command: string): Promise<number> {
  const offset = await findFreeOffset()
  const env = {
    ...process.env,
    PATH: [join(root, 'node_modules', '.bin'), process.env['PATH']].join(delimiter),
    DRIFTOS_PORT_OFFSET: String(offset),
    // Given a database, neither starts the embedded one; health does not ask for it.
    DATABASE_URL: 'postgresql://127.0.0.1:1/none',
    LOG_LEVEL: 'error',
    TURBO_TELEMETRY_DISABLED: '1',
  }
  const start = performance.now()
  const child = spawn(command, { cwd: root, env, shell: true, detached: true, stdio: ['ignore', 'pipe', 'pipe'] })
  running.add(child)
  let output = ''
  for (const stream of [child.stdout, child.stderr]) stream.on('data', (chunk: Buffer) => (output += chunk.toString()))
  const ended = new Promise<void>((resolve) => {
    child.once('close', () => resolve())
  })
  try {
    const origins = services.map((service) => getOrigin(service, { DRIFTOS_PORT_OFFSET: String(offset) }))
    const until = start + startDeadlineMs
    await Promise.all(origins.map((origin) => untilHealthy(`${origin}/health`, () => child.exitCode === null, until)))
    return performance.now() - start
  } catch (cause) {
    throw new Error(`${command} did not bring up all services\n${output}`, { cause })
  } finally {
    killGroup(child, 'SIGTERM')
    const late = setTimeout(() => killGroup(child, 'SIGKILL'), stopDeadlineMs)
    await ended
    clearTimeout(late)
    running.delete(child)
  }
}

async function untilHealthy(url: string, isAlive: () => boolean, until: number): Promise<void> {
  while (isAlive() && performance.now() < until) {
    const isUp = await fetch(url, { signal: AbortSignal.timeout(1000) }).then(
      async (response) => {
        await response.arrayBuffer()
        return response.ok
      },
      () => false,
    )
    if (isUp) return
    await delay(5)
  }
  throw new Error(`${url} never answered`)
}

function killGroup(child: ChildProcess, signal: 'SIGTERM' | 'SIGKILL'): void {
  try {
    if (child.pid !== undefined) process.kill(-child.pid, signal)
  } catch (error) {
    // The group has ended by itself.
    if ((error as NodeJS.ErrnoException).code !== 'ESRCH') throw error
  }
}
