import { getOrigin, getPort, type Env } from '@driftos/ports'
import colors from 'picocolors'
import type { Member } from './members.js'
import type { MemberStatus } from './supervisor/supervisor.js'
import { describeReady, formatTable, type Row } from './table.js'

/** How long the table waits for a service that starts slowly, after the last change of another. */
const patienceMs = 30_000

/** The same for a service that reports why it is not ready, such as for a database that does not answer. */
const notReadyPatienceMs = 3000

/** Prints how the start goes. */
export interface StartReport {
  /** Has to be called after each change of a member. */
  update(): void
  /** Prints nothing from now on. */
  end(): void
}

/**
 * Prints a table of the services once each is ready, has ended, or takes long; then a line for each service that becomes ready
 * later, and one when all are.
 */
export function reportStart<Reported extends Member>(
  members: readonly Reported[],
  status: (member: Reported) => MemberStatus,
  env: Env,
): StartReport {
  const startedAt = performance.now()
  /** When each service that is ready became so. */
  const readyAt = new Map<Reported, number>()
  /** When each service that is not ready was first seen to run without being ready, with the reason. */
  const notReadySince = new Map<Reported, number>()
  let lastChangeAt = startedAt
  let isTableShown = false
  let isComplete = false

  function print() {
    const now = performance.now()
    const rows = members.map((member) => rowOf(member, status(member), readyAt.get(member), env, startedAt))
    isTableShown = true
    isComplete = rows.every(({ isReady }) => isReady)
    console.log(formatTable(rows, now - startedAt))
  }

  function isSettled(member: Reported): boolean {
    const { lifecycle, lastEnd } = status(member)
    if (lifecycle.isReady || lastEnd !== undefined) return true
    const since = notReadySince.get(member)
    return since !== undefined && performance.now() - Math.max(since, lastChangeAt) > notReadyPatienceMs
  }

  function update() {
    for (const member of members) {
      const { lifecycle, note } = status(member)
      if (note === null) notReadySince.delete(member)
      else if (!notReadySince.has(member)) notReadySince.set(member, performance.now())
      // After a restart it becomes ready again.
      if (!lifecycle.isReady) readyAt.delete(member)
      if (!lifecycle.isReady || readyAt.has(member)) continue
      lastChangeAt = performance.now()
      readyAt.set(member, lastChangeAt)
      if (isTableShown) console.log(colors.green(`${member.service} is ready, at ${getOrigin(member.service, env)}`))
    }
    if (isTableShown && !isComplete && members.every((member) => status(member).lifecycle.isReady)) {
      isComplete = true
      console.log(`${describeReady(performance.now() - startedAt)}\n`)
    }
    if (!isTableShown && (members.every(isSettled) || performance.now() - lastChangeAt > patienceMs)) print()
  }

  const timer = setInterval(update, 500)
  return { update, end: () => clearInterval(timer) }
}

function rowOf(
  { service }: Member,
  { lifecycle, lastEnd, note }: MemberStatus,
  readyAt: number | undefined,
  env: Env,
  startedAt: number,
): Row {
  const { isReady } = lifecycle
  const row = { service, port: getPort(service, env), origin: getOrigin(service, env), isReady }
  if (isReady) return { ...row, note: `ready in ${(((readyAt ?? startedAt) - startedAt) / 1000).toFixed(1)} s` }
  if (note !== null) return { ...row, note: `not ready: ${note}` }
  if (lastEnd) return { ...row, note: `ended with ${lastEnd.reason}: see its output above` }
  return { ...row, note: 'not up yet: see its output above' }
}
