import { setTimeout as delay } from 'node:timers/promises'
import { getOrigin, getPort } from '@driftos/ports'
import colors from 'picocolors'
import type { Place } from './place.js'
import type { RunningProcess } from './process.js'
import { formatRunning, formatTable, type Outcome } from './table.js'
import { waitUntilUp } from './wait.js'

/** How long the table waits for further services after the last change. */
const patienceMs = 30_000

/**
 * Prints a table of the services, once every service is up or has failed or nothing has changed for a while. Services
 * that come up later get a separate line, and the last of them the line that the whole stack runs.
 *
 * @param isStopping - returns whether the stack is stopping, after which nothing is printed
 */
export async function reportStart(
  processes: readonly RunningProcess[],
  place: Place,
  isStopping: () => boolean,
): Promise<void> {
  const startedAt = performance.now()
  const outcomes = new Map<RunningProcess, Outcome>()
  let lastChangeAt = startedAt
  let isTableShown = false

  const waits = processes.map(async (child) => {
    const outcome = await waitUntilUp(child, place)
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
    const rows = processes.map((child) => outcomes.get(child) ?? pending(child, place))
    console.log(formatTable(rows, performance.now() - startedAt))
  }
  isTableShown = true
  const isComplete = outcomes.size === processes.length
  await all
  const areUp = [...outcomes.values()].every(({ isUp }) => isUp)
  if (!isComplete && areUp && !isStopping()) console.log(formatRunning(performance.now() - startedAt))
}

function pending({ service }: RunningProcess, { env }: Place): Outcome {
  const note = 'still starting'
  return { service, port: getPort(service, env), origin: getOrigin(service, env), isUp: false, isStarting: true, note }
}
