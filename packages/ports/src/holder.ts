import { dirname, relative } from 'node:path'
import { findCheckout, type Checkout } from './checkout/checkout.js'
import { findWorkingDirectories } from './checkout/working-directory.js'
import { findContainers, mayBeContainer } from './container.js'
import { processEnv, type Env } from './env.js'
import { findListeningProcesses, type ListeningProcess } from './listening-process.js'

/** What holds a port of this machine. */
export interface Holder {
  /** Undefined where the system does not show it. */
  readonly process: ListeningProcess | undefined
  /** The name of the container that publishes the port, where there is one and its engine can be read. */
  readonly container: string | undefined
  /** The working directory of the process, or the compose project's directory of the container, where it is known. */
  readonly cwd?: string
}

/**
 * Returns what holds each of these ports. A port whose holder is unknown is absent: another user may have it.
 *
 * The source is what each system has: /proc on Linux, lsof on macOS, netstat and tasklist on Windows. Docker and Podman are
 * read at their sockets, and only for ports whose process may forward to a container.
 *
 * @param env - where `DOCKER_HOST` may name another socket; `process.env` unless given
 */
export async function findHolders(
  ports: readonly number[],
  env: Env = processEnv(),
): Promise<ReadonlyMap<number, Holder>> {
  const processes = await findListeningProcesses(ports)
  const forwarded = ports.filter((port) => mayBeContainer(processes.get(port)))
  const [containers, directories] = await Promise.all([
    findContainers(forwarded, env),
    findWorkingDirectories(Array.from(processes.values(), ({ pid }) => pid)),
  ])
  const known = ports.filter((port) => processes.has(port) || containers.has(port))
  const holders = known.map((port): [number, Holder] => {
    const listening = processes.get(port)
    const container = containers.get(port)
    // A forwarding process runs where its engine does.
    const cwd = container ? container.directory : listening && directories.get(listening.pid)
    return [port, { process: listening, container: container?.name, ...(cwd !== undefined && { cwd }) }]
  })
  return new Map(holders)
}

/** Returns a holder without its directory: its command and pid, or the name of its container. */
export function nameHolder(holder: Holder | undefined): string {
  if (holder?.container) {
    const forwarder = holder.process ? ` (${holder.process.command}, pid ${holder.process.pid})` : ''
    return `container ${holder.container}${forwarder}`
  }
  if (holder?.process) return `${holder.process.command} (pid ${holder.process.pid})`
  return 'a process that the system does not name'
}

/**
 * Returns a holder in words: its command and pid, and its directory and branch when it belongs to another checkout.
 *
 * @param from - the directory of the reader, whose checkout is not named; the working directory unless given
 */
export function describeHolder(holder: Holder | undefined, from: string = process.cwd()): string {
  const place = holder?.cwd === undefined ? '' : describePlace(holder.cwd, from)
  return `${nameHolder(holder)}${place && ` in ${place}`}`
}

/**
 * Returns the checkout of a holder; undefined where its directory is unknown, is deleted, or is in no checkout.
 */
export function checkoutOf(holder: Holder | undefined): Checkout | undefined {
  return holder?.cwd === undefined ? undefined : findCheckout(holder.cwd)
}

/** Returns a checkout in words: its directory, relative where that is short, and its branch. */
export function describeCheckoutPlace({ root, branch, commit }: Checkout, from: string): string {
  const head = branch ? `, branch ${branch}` : commit ? `, commit ${commit}` : ''
  return `${shorten(root, from)}${head}`
}

/** The place of a holder outside the reader's checkout; empty for one inside. */
function describePlace(cwd: string, from: string): string {
  const own = findCheckout(from)
  const checkout = findCheckout(cwd)
  if (checkout) return checkout.instance === own?.instance ? '' : describeCheckoutPlace(checkout, own?.root ?? from)
  return cwd === from ? '' : shorten(cwd, own?.root ?? from)
}

/** A directory near the reader's as a relative path, each other as it is. */
function shorten(directory: string, from: string): string {
  const path = relative(from, directory)
  return dirname(directory) === dirname(from) || (path && !path.startsWith('..')) ? path : directory
}
