import { connect } from 'node:net'
import type { PortRegistry, ServiceTable } from './define.js'
import { findCheckout, type Checkout } from './checkout/checkout.js'
import { checkoutOf, describeCheckoutPlace, describeHolder, findHolders, nameHolder, type Holder } from './holder.js'
import { findOtherCheckout } from './identity.js'
import { offsetVariable, processEnv } from './env.js'
import type { ListeningProcess } from './listening-process.js'
import { getListenPort, getOrigin, services, type Env, type ServiceDefinition, type ServiceName } from './index.js'
import { isLoopback, isThisMachine } from './loopback.js'
import { grpc } from './probe/grpc.js'
import { http } from './probe/http.js'
import { mysql } from './probe/mysql.js'
import { openPort } from './probe/open-port.js'
import { postgresql } from './probe/postgresql.js'
import { nothingListens, type Answer, type ProbeState, type Protocol } from './probe/protocol.js'
import { redis } from './probe/redis.js'
import { smtp } from './probe/smtp.js'

export {
  checkoutOf,
  describeHolder,
  findHolders,
  isLoopback,
  isThisMachine,
  nameHolder,
  type Holder,
  type ListeningProcess,
  type ProbeState,
}

/** Where and how long to check. */
export interface ProbeOptions {
  /** The variables that set where services are; `process.env` by default. */
  readonly env?: Env
  /** The time limit of one check, in milliseconds; 2000 by default. */
  readonly timeoutMs?: number
  /**
   * The `instance` of the checkout that the service should belong to, from `findCheckout`. Without it no service is
   * `elsewhere`.
   */
  readonly instance?: string | undefined
}

/** The state of a service's port. */
export interface ServiceProbe<Name extends string = ServiceName> {
  readonly service: Name
  readonly port: number
  /**
   * `up`: the right service is healthy; `elsewhere`: so it is, but it belongs to another checkout on this machine;
   * `stranger`: something else answers; `down`: nothing answers, or the service is not healthy; `unknown`: it cannot be
   * checked, as with `udp`.
   */
  readonly state: ProbeState
  /** The time of the answer, in milliseconds. */
  readonly latencyMs?: number
  /** Why the state is not `up`, or what `up` leaves unchecked, in a few words. */
  readonly reason?: string
  /** The process or container of another checkout, where the system shows it. */
  readonly holder?: Holder
  /** The other checkout, where its directory is known. */
  readonly checkout?: Checkout
}

type Probed = Pick<PortRegistry, 'services' | 'getOrigin'>
type Listening = Pick<PortRegistry, 'services' | 'getListenPort'>

const loopbacks = ['127.0.0.1', '::1']
const notProbed = 'udp is not checked: it has no connections'

const protocols: Readonly<Record<ServiceDefinition['scheme'], Protocol>> = {
  http,
  https: http,
  grpc,
  postgresql,
  mysql,
  redis,
  smtp,
  amqp: openPort,
  mongodb: openPort,
  tcp: openPort,
  udp: async () => ({ state: 'unknown', reason: notProbed }),
}

/** The port that a URL without one means. */
// prettier-ignore
const schemePorts: Readonly<Record<string, number>> = {
  'http:': 80, 'https:': 443, 'postgres:': 5432, 'postgresql:': 5432, 'mysql:': 3306, 'mariadb:': 3306, 'mongodb:': 27_017, 'redis:': 6379, 'rediss:': 6379, 'amqp:': 5672, 'amqps:': 5671, 'smtp:': 25, 'smtps:': 465,
}
const secureProtocols = new Set(['https:', 'grpcs:', 'rediss:', 'amqps:', 'smtps:'])

/**
 * Whether anything accepts connections on a port.
 *
 * @param options.host - one host to check; by default both loopback addresses, since `localhost` may mean either
 */
export async function isPortOpen(port: number, options: { host?: string; timeoutMs?: number } = {}): Promise<boolean> {
  const hosts = options.host === undefined ? loopbacks : [options.host]
  const answers = await Promise.all(hosts.map((host) => accepts(host, port, options.timeoutMs ?? 2000)))
  return answers.includes(true)
}

/**
 * Checks whether the right service is healthy at its resolved origin, in the protocol of its scheme. An http service has
 * to answer its health path and name itself; PostgreSQL, MySQL, Redis, SMTP and gRPC servers have to speak their protocol;
 * of other schemes an open port is `up`, with a `reason`. On `localhost` both loopback addresses are checked: a stranger
 * on either is a stranger, since clients may reach it.
 *
 * @param options.registry - the registry of the service, from `defineRegistry`; DriftOS's own by default
 * @throws {PortConfigError} when the environment has no valid origin for the service
 */
export function probeService(service: ServiceName, options?: ProbeOptions): Promise<ServiceProbe>
export function probeService<Services extends ServiceTable>(
  service: keyof Services & string,
  options: ProbeOptions & { readonly registry: PortRegistry<Services> },
): Promise<ServiceProbe<keyof Services & string>>
export async function probeService(
  service: string,
  {
    registry = { services, getOrigin },
    env,
    timeoutMs = 2000,
    instance: expected,
  }: ProbeOptions & { registry?: Probed } = {},
): Promise<ServiceProbe<string>> {
  const origin = new URL(registry.getOrigin(service, env))
  const { scheme, port: registered } = registry.services[service]!
  const host = origin.hostname.replace(/^\[(.*)\]$/, '$1')
  const port = Number(origin.port) || (schemePorts[origin.protocol] ?? registered)
  const target = {
    port,
    timeoutMs,
    service,
    services: registry.services,
    origin,
    isSecure: secureProtocols.has(origin.protocol),
  }
  if (origin.protocol === 'mongodb+srv:')
    return { service, port, state: 'unknown', reason: 'mongodb+srv is not checked: its addresses are in DNS' }
  const hosts = /^localhost\.?$/.test(host) ? loopbacks : [host]
  const answers = await Promise.all(hosts.map((address) => protocols[scheme]({ ...target, host: address })))
  const { instance: reported, ...answer } = pick(answers, expected)
  const isChecked = expected !== undefined && isThisMachine(host) && answer.state === 'up'
  const other = isChecked ? await findOtherCheckout(port, expected, reported, env) : undefined
  return other ? { service, port, state: 'elsewhere', ...other } : { service, port, ...answer }
}

/** Returns the answer that counts among those of all addresses. */
function pick(answers: readonly Answer[], expected: string | undefined): Answer {
  return (
    answers.find(({ state }) => state === 'stranger') ??
    answers.find(({ state, instance }) => state === 'up' && instance !== undefined && instance !== expected) ??
    answers.find(({ state }) => state === 'up') ??
    answers.find(({ reason }) => reason !== nothingListens) ??
    answers[0]!
  )
}

/** Whether a process on the probed machine is known to hold the port, the right service or not. */
export function isOccupied({ reason }: Pick<ServiceProbe, 'reason'>): boolean {
  return reason !== nothingListens && reason !== notProbed
}

/**
 * Returns why a service could not listen, in one message: the service and the port, the process on it where the system shows
 * that, and how to start on another port.
 *
 * @param error - what `listen` threw, such as one with `code: 'EADDRINUSE'`
 * @param registry - the registry of the service, from `defineRegistry`; DriftOS's own by default
 * @throws {PortConfigError} when the environment has no valid port for the service
 */
export function explainListenError(service: ServiceName, error: unknown, env?: Env): Promise<string>
export function explainListenError<Services extends ServiceTable>(
  service: keyof Services & string,
  error: unknown,
  env: Env | undefined,
  registry: PortRegistry<Services>,
): Promise<string>
export async function explainListenError(
  service: string,
  error: unknown,
  env: Env = processEnv(),
  registry: Listening = { services, getListenPort },
): Promise<string> {
  const port = registry.getListenPort(service, env)
  const { variable, scheme } = registry.services[service]!
  const start = `${service} cannot listen on port ${port}:`
  const { code } = error as { code?: string }
  if (code === 'EADDRINUSE') {
    const holder = (await findHolders([port], env)).get(port)
    const other = checkoutOf(holder)
    const own = findCheckout(process.cwd())
    if (!other || other.instance === own?.instance) {
      const kind = holder?.container ? 'container' : 'process'
      return `${start} it is taken by ${describeHolder(holder)}. Stop that ${kind}, or set ${variable} to a free port.`
    }
    const place = describeCheckoutPlace(other, own?.root ?? process.cwd())
    const isService = await answersAs(service, port, registry)
    const pid = holder?.process ? ` (pid ${holder.process.pid})` : ''
    return [
      `${start} it is used by ${isService ? `${service} of ${place}${pid}` : describeHolder(holder)}.`,
      isService ? `Reach it at ${scheme}://localhost:${port}, or start` : 'Stop it there, or start',
      // With an offset, this checkout has its ports already.
      env[offsetVariable]?.trim()
        ? `here on other ports with another ${offsetVariable}.`
        : `here on ports of this checkout: \`driftos-ports run ${service} -- COMMAND\`.`,
    ].join(' ')
  }
  if (code === 'EACCES') {
    return `${start} the system does not permit it (below 1024, or in a range that Windows excludes). Set ${variable} to another port.`
  }
  return `${start} ${error instanceof Error ? error.message : String(error)}. ${variable} sets the port, HOST the address.`
}

/** Whether a service answers on a port of this machine. */
async function answersAs(service: string, port: number, { services: all }: Listening): Promise<boolean> {
  const { scheme } = all[service]!
  const origin = new URL(`${scheme}://localhost:${port}`)
  const isSecure = secureProtocols.has(origin.protocol)
  const target = { port, timeoutMs: 1000, service, services: all, origin, isSecure }
  const answers = await Promise.all(loopbacks.map((host) => protocols[scheme]({ ...target, host })))
  return pick(answers, undefined).state === 'up'
}

function accepts(host: string, port: number, timeoutMs: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect({ host, port, timeout: timeoutMs })
    const settle = (isOpen: boolean) => {
      socket.destroy()
      resolve(isOpen)
    }
    socket.on('connect', () => settle(true))
    socket.on('timeout', () => settle(false))
    socket.on('error', () => settle(false))
  })
}
