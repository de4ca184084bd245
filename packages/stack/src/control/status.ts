import type { ServiceState, ServiceStatus } from '@driftos/control'
import { getOrigin, getPort, type Env, type ServiceName } from '@driftos/ports'
import type { Phase } from '../supervisor/lifecycle.js'
import type { MemberStatus } from '../supervisor/supervisor.js'

const states: Record<Phase, ServiceState> = {
  idle: 'starting',
  running: 'starting',
  waiting: 'restarting',
  failed: 'failed',
  stopping: 'stopping',
  stopped: 'stopped',
}

/** Returns one service as the control socket shows it. */
export function describeService(service: ServiceName, status: MemberStatus, env: Env): ServiceStatus {
  const { lifecycle, pid, since, startedAt, lastEnd, note } = status
  return {
    service,
    state: stateOf(status),
    pid: pid ?? null,
    port: getPort(service, env),
    origin: getOrigin(service, env),
    since: toIso(since),
    startedAt: startedAt === undefined ? null : toIso(startedAt),
    restarts: lifecycle.restarts,
    lastExit: lastEnd
      ? { code: lastEnd.code, signal: lastEnd.signal, reason: lastEnd.reason, at: toIso(lastEnd.at) }
      : null,
    note,
  }
}

function stateOf({ lifecycle: { phase, isReady, next } }: MemberStatus): ServiceState {
  if (isReady) return 'ready'
  return phase === 'stopping' && next === 'start' ? 'restarting' : states[phase]
}

function toIso(time: number): string {
  return new Date(time).toISOString()
}
