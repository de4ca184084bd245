import { join } from 'node:path'
import { findService, ranges, services, type RangeName, type ServiceDefinition } from '@driftos/ports'
import { withTempFolder } from './child.js'
import { rowOf, type Effort, type Figure, type Row } from './figure.js'
import { cloneRepository, pnpm } from './pnpm.js'

/** Measures the time from a moved port to a green check. */
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
    const { service, port } = findMove()
    const { wallMs: moveMs } = await run('ports', 'move', service, String(port), '--reason', 'a benchmark')
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

/** Describes which packages the move rebuilds. */
async function describeRebuild(clone: string): Promise<string> {
  const { stdout } = await pnpm(['exec', 'turbo', 'run', 'build', '--dry-run=json'], clone)
  const { tasks } = JSON.parse(stdout.slice(stdout.indexOf('{'))) as {
    tasks: { package: string; command: string; cache: { status: string } }[]
  }
  const builds = tasks.filter(({ command }) => command !== '<NONEXISTENT>')
  const stale = builds.filter(({ cache }) => cache.status === 'MISS')
  return `builds ${stale.length} of ${builds.length} packages`
}

/** Finds a service and a free port of its range. */
function findMove(): { service: string; port: number } {
  for (const [service, definition] of Object.entries<ServiceDefinition<RangeName>>(services)) {
    if (definition.group === undefined) continue
    const { first, last } = ranges[definition.group]
    for (let port = first; port <= last; port++) {
      if ((findService(port)?.status ?? 'reserved') === 'reserved') return { service, port }
    }
  }
  throw new Error('No range has a free port')
}
