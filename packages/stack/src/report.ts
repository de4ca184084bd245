import { setTimeout as delay } from 'node:timers/promises'
import { getOrigin, getPort, type Env } from '@driftos/ports'
import colors from 'picocolors'
import type { RunningProcess } from './process.js'
import { formatTable, type Outcome } from './table.js'
import { waitUntilUp } from './wait.js'

/** How long the table waits for a service once no other comes up any more, in milliseconds. */
const patienceMs = 15_000

/**
 * Shows what runs where, once every service is up or has failed, or when no more come; whoever comes
 * later is told in a line of its own.
 *
 * @param isStopping - whether the stack is being stopped, and nothing more is to be shown
 */
export async function reportStart(
  processes: readonly RunningProcess[],
  env: Env,
  isStopping: () => boolean,
): Promise<void> {
  const startedAt = performance.now()
  const outcomes = new Map<RunningProcess, Outcome>()
  let lastChangeAt = startedAt
  let isTableShown = false

  const waits = processes.map(async (child) => {
    const outcome = await waitUntilUp(child, env)
    outcomes.set(child, outcome)
    lastChangeAt = performance.now()
    if (isTableShown && outcome.isUp && !isStopping()) {
      console.log(colors.green(`${child.service} is ${outcome.note}, at ${outcome.origin}`))
    }
  })

  const all = Promise.all(waits)
  while (outcomes.size < processes.length && performance.now() - lastChangeAt < patienceMs) {
    await Promise.race([all, delay(patienceMs / 10, undefined, { ref: false })])
  }
  if (!isStopping()) {
    const rows = processes.map((child) => outcomes.get(child) ?? pending(child, env))
    console.log(formatTable(rows, performance.now() - startedAt))
  }
  isTableShown = true
  await all
}

function pending({ service }: RunningProcess, env: Env): Outcome {
  const note = 'not up yet: its lines above may say why'
  return { service, port: getPort(service, env), origin: getOrigin(service, env), isUp: false, note }
}
