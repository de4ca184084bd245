import { findContainers, mayBeContainer } from './container.js'
import { processEnv, type Env } from './env.js'
import { findListeningProcesses, type ListeningProcess } from './listening-process.js'

/** What holds a port of this machine. */
export interface Holder {
  /** Undefined where the system does not tell. */
  readonly process: ListeningProcess | undefined
  /** The container that publishes the port, where one does and its engine tells. */
  readonly container: string | undefined
}

/**
 * What holds each of these ports. A port of which neither the system nor a container engine tells anything is absent from
 * the answer: its holder may be another user's.
 *
 * The system is asked by what it ships: /proc on Linux, lsof on macOS, netstat and tasklist on Windows. Docker and Podman
 * are asked at their sockets, and only where the process may be passing on to a container.
 *
 * @param env - where `DOCKER_HOST` may name another socket; `process.env` unless given
 */
export async function findHolders(
  ports: readonly number[],
  env: Env = processEnv(),
): Promise<ReadonlyMap<number, Holder>> {
  const processes = await findListeningProcesses(ports)
  const asked = ports.filter((port) => mayBeContainer(processes.get(port)))
  const containers = await findContainers(asked, env)
  const told = ports.filter((port) => processes.has(port) || containers.has(port))
  return new Map(told.map((port) => [port, { process: processes.get(port), container: containers.get(port) }]))
}

/** A holder in words. */
export function describeHolder(holder: Holder | undefined): string {
  if (holder?.container) {
    const passer = holder.process ? ` (${holder.process.command}, pid ${holder.process.pid})` : ''
    return `container ${holder.container}${passer}`
  }
  if (holder?.process) return `${holder.process.command} (pid ${holder.process.pid})`
  return 'a process that the system does not name'
}
