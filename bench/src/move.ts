import { execFile, type ChildProcess } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { findService, ranges } from '@driftos/ports'
import { withTempFolder } from './child.js'
import { rowOf, type Effort, type Figure, type Row } from './figure.js'

const root = fileURLToPath(new URL('../../', import.meta.url))
const { packageManager } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')) as { packageManager: string }
const deadlineMs = 1_800_000
const running = new Set<ChildProcess>()

process.once('exit', () => {
  for (const child of running) child.kill()
})

/** How long a changed port takes until everything is green again. */
export const moveFigure: Figure = {
  title: 'From a move to a green check, against a check of nothing changed',
  method:
    "One run in a clean clone of the last commit, with turbo's cache warm. Under --quick the check is what turbo caches of it, types and builds, without lint and tests.",
  measure: measureMove,
}

async function measureMove(effort: Effort): Promise<Row[]> {
  return withTempFolder(async (folder) => {
    const clone = join(folder, 'clone')
    await run('git', ['clone', '--quiet', root, clone], root)
    const pnpm = (...args: string[]) => run('npx', ['--yes', '--prefer-offline', packageManager, ...args], clone)
    const check = async () => {
      if (effort === 'full') return (await pnpm('check')).wallMs
      return (await pnpm('typecheck')).wallMs + (await pnpm('build')).wallMs
    }
    const checkName = effort === 'full' ? 'pnpm check' : 'pnpm typecheck, build'
    await pnpm('install', '--frozen-lockfile', '--prefer-offline')
    await pnpm('typecheck')
    await pnpm('build')

    const unchangedMs = await check()
    const { wallMs: moveMs } = await pnpm('ports', 'move', 'demo', String(firstReserved()), '--reason', 'a benchmark')
    const note = await describeRebuild(pnpm)
    const changedMs = await check()
    const base = [`${checkName}, nothing changed`, [unchangedMs]] as const
    return [
      rowOf(['pnpm ports move', [moveMs]], base, 'ms'),
      rowOf([`${checkName} after it`, [changedMs]], base, 'ms', { note }),
      rowOf(['both', [moveMs + changedMs]], base, 'ms'),
    ]
  })
}

/** Which packages the move has built again. */
async function describeRebuild(pnpm: (...args: string[]) => Promise<{ stdout: string }>): Promise<string> {
  const { stdout } = await pnpm('exec', 'turbo', 'run', 'build', '--dry-run=json')
  const { tasks } = JSON.parse(stdout.slice(stdout.indexOf('{'))) as {
    tasks: { package: string; command: string; cache: { status: string } }[]
  }
  const builds = tasks.filter(({ command }) => command !== '<NONEXISTENT>')
  const stale = builds.filter(({ cache }) => cache.status === 'MISS')
  return `builds ${stale.length} of ${builds.length} packages`
}

function firstReserved(): number {
  const { first, last } = ranges.services.reserved
  for (let port = first; port <= last; port++) if (findService(port)?.status === 'reserved') return port
  throw new Error('no number is reserved')
}

async function run(program: string, args: string[], cwd: string): Promise<{ stdout: string; wallMs: number }> {
  const start = performance.now()
  return new Promise((resolve, reject) => {
    const env = { ...process.env, CI: 'true', TURBO_TELEMETRY_DISABLED: '1' }
    const options = { cwd, env, timeout: deadlineMs, maxBuffer: 2 ** 28, shell: process.platform === 'win32' }
    const child = execFile(program, args, options, (error, stdout, stderr) => {
      running.delete(child)
      const wallMs = performance.now() - start
      if (error) reject(new Error(`${program} ${args.join(' ')}\n${(stdout + stderr).slice(-3000)}`, { cause: error }))
      else resolve({ stdout, wallMs })
    })
    running.add(child)
  })
}
