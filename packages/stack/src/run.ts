import { setTimeout as delay } from 'node:timers/promises'
import colors from 'picocolors'
import type { Member } from './members.js'
import { printer } from './output.js'
import type { Place } from './place.js'
import { startProcess, type RunningProcess } from './process.js'
import { reportStart } from './report.js'

/** How long a process may take to stop before it is killed: longer than its own deadline. */
const stopDeadlineMs = 12_000

/** How long to wait for the signal of a terminal to stop the processes, before they are signalled one by one. */
const signalGraceMs = 300

/**
 * Runs every member until a signal stops them all, and prints a table once all have started. If a member fails, the
 * others continue.
 *
 * @returns the exit code: 0 after a signal, 1 when no process is left
 */
export async function runStack(members: readonly Member[], mode: 'dev' | 'start', place: Place): Promise<number> {
  const format = place.env['LOG_FORMAT']?.trim()
  const print = printer(
    members.map(({ service }) => service),
    format,
  )
  // The services print JSON, which is formatted here.
  const env = { ...place.env, LOG_FORMAT: 'json' }
  const processes = members.map((member) => startProcess(member, mode, env, print(member.service)))
  const signal = nextSignal(processes)

  const report = reportStart(processes, place, signal.isReceived)
  for (const child of processes) {
    void child.ended.then(() => {
      if (!signal.isReceived())
        console.error(colors.red(`${child.service} ended (${child.end()}); the others continue`))
    })
  }

  const allEnded = Promise.all(processes.map(({ ended }) => ended)).then(() => 'ended' as const)
  const reason = await Promise.race([signal.received, allEnded])
  if (reason === 'ended' && !signal.isReceived()) {
    await report
    return 1
  }
  console.log(colors.dim('stopping…'))
  await stopAll(processes, allEnded)
  return 0
}

async function stopAll(processes: readonly RunningProcess[], allEnded: Promise<unknown>): Promise<void> {
  if (await isDoneWithin(allEnded, signalGraceMs)) return
  for (const child of processes) child.stop('SIGTERM')
  if (await isDoneWithin(allEnded, stopDeadlineMs)) return
  for (const child of processes) child.stop('SIGKILL')
  await allEnded
}

async function isDoneWithin(done: Promise<unknown>, milliseconds: number): Promise<boolean> {
  return Promise.race([done.then(() => true), delay(milliseconds, false, { ref: false })])
}

/** Waits for the first signal to stop; a second one kills at once. */
function nextSignal(processes: readonly RunningProcess[]) {
  let count = 0
  let receive: () => void
  const received = new Promise<'signal'>((resolve) => {
    receive = () => resolve('signal')
  })
  const onSignal = () => {
    count++
    if (count > 1) for (const child of processes) child.stop('SIGKILL')
    receive()
  }
  for (const name of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(name, onSignal)
  return { received, isReceived: () => count > 0 }
}
