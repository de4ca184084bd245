import { setTimeout as delay } from 'node:timers/promises'
import { isAlive } from './ancestors.js'
import type { ProcessGroups } from './guard-process.js'
import { signalGroup } from './supervisor/process-group.js'

/** Stops process groups gracefully, the databases last, and kills those that take too long. */
export async function endOrphans({ services, databases, deadlineMs }: ProcessGroups): Promise<void> {
  for (const group of [services, databases]) {
    for (const pid of group) signalLeader(pid)
    const until = performance.now() + deadlineMs
    while (group.some(isAlive) && performance.now() < until) await delay(50)
    for (const pid of group) signalGroup(pid, 'SIGKILL')
  }
}

function signalLeader(pid: number): void {
  try {
    process.kill(pid, 'SIGTERM')
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ESRCH') throw error
  }
}
