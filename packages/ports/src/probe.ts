import { get, type IncomingMessage } from 'node:http'
import { get as getSecurely } from 'node:https'
import { connect } from 'node:net'
import type { PortRegistry, ServiceTable } from './define.js'
import { describeHolder, findHolders, type Holder } from './holder.js'
import type { ListeningProcess } from './listening-process.js'
import { getListenPort, getOrigin, services, type Env, type ServiceName } from './index.js'

export { describeHolder, findHolders, type Holder, type ListeningProcess }

/** Where and how long to ask. */
export interface ProbeOptions {
  /** The variables that say where services are; `process.env` unless given. */
  readonly env?: Env
  /** How long one answer may take, in milliseconds; 2000 unless given. */
  readonly timeoutMs?: number
}

/** What a service's port answered. */
export interface ServiceProbe<Name extends string = ServiceName> {
  readonly service: Name
  readonly port: number
  /** `up`: the right service is healthy; `stranger`: something else answers; `down`: nothing healthy does. */
  readonly state: 'up' | 'down' | 'stranger'
  /** How long the answer took, in milliseconds. */
  readonly latencyMs?: number
  /** Why the state is not `up`, in a few words. */
  readonly reason?: string
}

type Askable = Pick<PortRegistry, 'services' | 'getOrigin'>
type Answer = Pick<ServiceProbe, 'state' | 'latencyMs' | 'reason'>

const loopbacks = ['127.0.0.1', '::1']
/** The port that a URL without one means. */
const schemePorts: Readonly<Record<string, number>> = {
  'http:': 80,
  'https:': 443,
  'postgres:': 5432,
  'postgresql:': 5432,
}
const nothingListens = 'nothing listens'
const maxAnswerBytes = 65_536

/**
 * Whether anything accepts connections on a port.
 *
 * @param options.host - one host to ask; both loopback addresses unless given, since either may be
 *   what `localhost` means
 */
export async function isPortOpen(port: number, options: { host?: string; timeoutMs?: number } = {}): Promise<boolean> {
  const hosts = options.host === undefined ? loopbacks : [options.host]
  const answers = await Promise.all(hosts.map((host) => accepts(host, port, options.timeoutMs ?? 2000)))
  return answers.includes(true)
}

/**
 * Whether the right service is healthy at its resolved origin. An http service is asked for its
 * health path and has to say that it is the one, a database for a handshake. On `localhost` both
 * loopback addresses are asked: a stranger on either is a stranger, since clients may reach it.
 *
 * @param options.registry - the registry that the service stands in, from `defineRegistry`; DriftOS's own unless given
 * @throws {PortConfigError} when the environment gives the service no valid origin
 */
export function probeService(service: ServiceName, options?: ProbeOptions): Promise<ServiceProbe>
export function probeService<Services extends ServiceTable>(
  service: keyof Services & string,
  options: ProbeOptions & { readonly registry: PortRegistry<Services> },
): Promise<ServiceProbe<keyof Services & string>>
export async function probeService(
  service: string,
  { registry = { services, getOrigin }, env, timeoutMs = 2000 }: ProbeOptions & { registry?: Askable } = {},
): Promise<ServiceProbe<string>> {
  const url = new URL(registry.getOrigin(service, env))
  const host = url.hostname.replace(/^\[(.*)\]$/, '$1')
  const port = Number(url.port) || schemePorts[url.protocol]!
  const ask = url.protocol.startsWith('http') ? askHttp : askPostgres
  const hosts = host === 'localhost' ? loopbacks : [host]
  const answers = await Promise.all(
    hosts.map((address) => ask(address, port, timeoutMs, service, registry.services, url)),
  )
  const answer =
    answers.find(({ state }) => state === 'stranger') ??
    answers.find(({ state }) => state === 'up') ??
    answers.find(({ reason }) => reason !== nothingListens) ??
    answers[0]!
  return { service, port, ...answer }
}

/** Whether something on the probed machine has the port, the right service or not. */
export function isOccupied({ reason }: Pick<ServiceProbe, 'reason'>): boolean {
  return reason !== nothingListens
}

/**
 * Why a service could not listen, in one message for its operator: which service and port, which
 * process holds it where the system tells, and which variable moves it.
 *
 * @param error - what `listen` threw, such as one with `code: 'EADDRINUSE'`
 */
export async function explainListenError(service: ServiceName, error: unknown, env?: Env): Promise<string> {
  const port = getListenPort(service, env)
  const { variable } = services[service]
  const { code } = error as { code?: string }
  if (code === 'EADDRINUSE') {
    const holder = (await findHolders([port], env)).get(port)
    return [
      `${service} cannot listen on port ${port}: it is taken by ${describeHolder(holder)}.`,
      `Stop that ${holder?.container ? 'container' : 'process'}, or set ${variable} to a free port.`,
    ].join(' ')
  }
  if (code === 'EACCES') {
    return `${service} cannot listen on port ${port}: the system does not permit it (below 1024, or in a range that Windows excludes). Set ${variable} to another port.`
  }
  return `${service} cannot listen on port ${port}: ${error instanceof Error ? error.message : String(error)}. ${variable} sets the port, HOST the address.`
}

function askHttp(
  host: string,
  port: number,
  timeoutMs: number,
  service: string,
  known: ServiceTable,
  origin: URL,
): Promise<Answer> {
  const { healthPath = '/', healthText } = known[service]!
  const startedAt = performance.now()
  return new Promise((resolve) => {
    const answer = (state: Answer['state'], reason?: string) => {
      clearTimeout(timer)
      request.destroy()
      const latencyMs = Math.round((performance.now() - startedAt) * 10) / 10
      resolve(state === 'up' ? { state, latencyMs } : { state, reason: reason! })
    }
    const path = `${origin.pathname.replace(/\/$/, '')}${healthPath}`
    const options = { host, port, path, agent: false, headers: { host: origin.host, accept: '*/*' } }
    const onResponse = (response: IncomingMessage) => {
      let body = ''
      response.setEncoding('utf8')
      response.on('data', (chunk: string) => {
        body += chunk
        if (body.length > maxAnswerBytes) answer('stranger', 'its answer is no health report: too long')
      })
      response.on('end', () => {
        const status = response.statusCode ?? 0
        const isRight = isAnswerOf(service, known, body)
        // Without a text to know it by, only a success tells the service from any server's error page.
        const isTold = healthText !== ''
        if (status >= 200 && status < 300 && isRight) return answer('up')
        if (isRight && isTold) return answer('down', `answers ${status}`)
        answer('stranger', `something else answers ${status} to ${healthPath}`)
      })
      response.on('error', (error) => answer('down', reasonOf(error)))
    }
    const request = (origin.protocol === 'https:' ? getSecurely : get)(options, onResponse)
    const timer = setTimeout(() => answer('down', `no answer within ${timeoutMs} ms`), timeoutMs)
    request.on('error', (error: NodeJS.ErrnoException) => {
      if (error.code?.startsWith('HPE_')) answer('stranger', 'something else answers, and not in HTTP')
      else answer('down', reasonOf(error))
    })
  })
}

/** Whether a health answer is the right service's, by its own name or by the text that the registry knows. */
function isAnswerOf(service: string, known: ServiceTable, body: string): boolean {
  const { healthText } = known[service]!
  const named = serviceNamedIn(body, known)
  return named === undefined ? healthText !== undefined && body.includes(healthText) : named === service
}

/** The registered service that a health answer names, if it is JSON and names one. */
function serviceNamedIn(body: string, known: ServiceTable): string | undefined {
  try {
    const name = (JSON.parse(body) as { service?: unknown } | null)?.service
    return typeof name === 'string' && Object.hasOwn(known, name) ? name : undefined
  } catch {
    return undefined
  }
}

/** A PostgreSQL server answers an SSLRequest by one byte, S or N (PostgreSQL's manual, Message Flow, SSL Session Encryption). */
function askPostgres(host: string, port: number, timeoutMs: number): Promise<Answer> {
  const sslRequest = Buffer.from([0, 0, 0, 8, 4, 210, 22, 47])
  const startedAt = performance.now()
  return new Promise((resolve) => {
    const answer = (result: Answer) => {
      socket.destroy()
      resolve(result)
    }
    const socket = connect({ host, port, timeout: timeoutMs }, () => socket.write(sslRequest))
    socket.on('timeout', () => answer({ state: 'down', reason: `no answer within ${timeoutMs} ms` }))
    socket.on('error', (error) => answer({ state: 'down', reason: reasonOf(error) }))
    socket.on('end', () => answer({ state: 'down', reason: 'it closed the connection without an answer' }))
    socket.on('data', (data) => {
      const latencyMs = Math.round((performance.now() - startedAt) * 10) / 10
      if (data.length === 1 && /[SN]/.test(data.toString('latin1'))) answer({ state: 'up', latencyMs })
      else answer({ state: 'stranger', reason: 'something else answers, and not as PostgreSQL' })
    })
  })
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

function reasonOf(error: NodeJS.ErrnoException): string {
  if (error.code === 'ECONNREFUSED' || isIpv6Off(error)) return nothingListens
  if (error.code === 'ECONNRESET') return 'it closed the connection without an answer'
  return error.code ?? error.message
}

/** Whether a connection to IPv6's loopback failed for want of IPv6. */
function isIpv6Off({ code = '', address }: NodeJS.ErrnoException & { readonly address?: string }): boolean {
  return address === '::1' && ['EADDRNOTAVAIL', 'EAFNOSUPPORT', 'ENETUNREACH'].includes(code)
}
