import { join } from 'node:path'
import { findService, ranges } from '@driftos/ports'
import { withTempFolder } from './child.js'
import { rowOf, type Effort, type Figure, type Row } from './figure.js'
import { cloneRepository, pnpm } from './pnpm.js'

/** How long a changed port takes until everything is green again. */
export const moveFigure: Figure = {
  title: 'From a move to a green check, against a check of nothing changed',
  method:
    "One run in a clean clone of the last commit, with turbo's cache warm. Under --quick the check is what turbo caches of it, types and builds, without lint and tests.",
  takesMinutes: true,
  measure: measureMove,
}

async function measureMove(effort: Effort): Promise<Row[]> {
  return withTempFolder(async (folder) => {
    const clone = join(folder, 'clone')
    const run = (...args: string[]) => pnpm(args, clone)
    await cloneRepository(clone)
    const check = async () => {
      if (effort === 'full') return (await run('check')).wallMs
      return (await run('typecheck')).wallMs + (await run('build')).wallMs
    }
    const checkName = effort === 'full' ? 'pnpm check' : 'pnpm typecheck, build'
    await run('typecheck')
    await run('build')

    const unchangedMs = await check()
    const { wallMs: moveMs } = await run('ports', 'move', 'demo', String(firstReserved()), '--reason', 'a benchmark')
    const note = await describeRebuild(clone)
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
async function describeRebuild(clone: string): Promise<string> {
  const { stdout } = await pnpm(['exec', 'turbo', 'run', 'build', '--dry-run=json'], clone)
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
