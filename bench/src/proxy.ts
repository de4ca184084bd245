import { once } from 'node:events'
import { Agent, get, type IncomingMessage } from 'node:http'
import { setTimeout as delay } from 'node:timers/promises'
import { withTempFolder } from './child.js'
import { rowOf, type Effort, type Figure, type Row } from './figure.js'
import { interleave, median } from './measure.js'
import { apiKey, startContenders, type Contender } from './proxy/contenders.js'
import { generator, load, type Load } from './proxy/load.js'

const own = 'gateway'
const headers = { authorization: `Bearer ${apiKey}`, origin: 'http://localhost' }
const jsonPath = '/api/v1/llm/things'
const streamPath = '/api/v1/llm/stream'
const startDeadlineMs = 20_000
/** Requests before the measurement, while V8 compiles the code. */
const warmUpRequests: Readonly<Record<Effort, number>> = { quick: 10_000, full: 40_000 }
const warmUpDeadlineMs = 30_000

/** Measures the gateway between a client and a service. */
export const proxyFigure: Figure = {
  title: 'The gateway in front of a 1 KB JSON upstream, compared with other proxies',
  method: `64 connections on loopback, load by ${generator}; time is 1 s over the requests answered in it, by as many processes or threads as each proxy starts. The gateway, one process, does all that it does: keys, rate limits, CORS, ids, bounds, circuit breaker, metrics; the others only pass on. None logs requests.`,
  measure: (effort) => withTempFolder((folder) => measureProxies(folder, effort)),
}

async function measureProxies(folder: string, effort: Effort): Promise<Row[]> {
  const { contenders, missing, stop } = await startContenders(folder)
  try {
    await Promise.all(contenders.map(untilUp))
    return [...(await measureLoad(contenders, missing, effort)), ...(await measureFirstByte(contenders, effort))]
  } finally {
    await stop()
  }
}

async function measureLoad(
  contenders: readonly Contender[],
  missing: readonly string[],
  effort: Effort,
): Promise<Row[]> {
  const [rounds, seconds] = effort === 'quick' ? [3, 1] : [12, 4]
  for (const contender of contenders) await warmUp(contender, warmUpRequests[effort])
  const loads = await interleave(
    tasksOf(contenders, ({ origin }) => load(origin + jsonPath, headers, seconds)),
    rounds,
  )
  return rowsOfLoad(contenders, loads, missing.length > 0 ? `${missing.join(', ')}: not installed, not measured` : '')
}

async function warmUp({ origin }: Contender, requests: number): Promise<void> {
  const until = performance.now() + warmUpDeadlineMs
  let answered = 0
  while (answered < requests && performance.now() < until) {
    answered += (await load(origin + jsonPath, headers, 1)).requestsPerSecond
  }
}

function rowsOfLoad(
  contenders: readonly Contender[],
  loads: Readonly<Record<string, readonly Load[]>>,
  missing: string,
): Row[] {
  const names = contenders.map(({ name }) => name)
  const times = (name: string) => loads[name]!.map(({ requestsPerSecond }) => 1e6 / requestsPerSecond)
  const p99s = (name: string) => loads[name]!.map(({ p99Ms }) => p99Ms)
  const base = names.find((name) => name.startsWith('nginx')) ?? names[0]!
  const caddy = names.find((name) => name.startsWith('caddy'))
  const goal = { of: 'ratio', atMost: 1 } as const

  const row = (name: string, against: string, rest: Pick<Row, 'goal' | 'note'>) =>
    rowOf([`${name}, one request`, times(name)], [against, times(against)], 'µs', rest)
  const rowOfP99 = (name: string, against: string, rest: Pick<Row, 'goal' | 'note'> = {}) =>
    rowOf([`${name}, p99`, p99s(name)], [against, p99s(against)], 'ms', rest)
  const perSecond = (name: string) =>
    `${Math.round(median(loads[name]!.map(({ requestsPerSecond }) => requestsPerSecond)))} requests/s`
  return [
    ...names.map((name, index) =>
      row(name, base, { note: [perSecond(name), ...(index === 0 && missing ? [missing] : [])].join('; ') }),
    ),
    ...names.map((name) => rowOfP99(name, base)),
    ...(caddy === undefined ? [] : [row(own, caddy, { goal }), rowOfP99(own, caddy, { goal })]),
  ]
}

/** Measures how long each proxy delays the first byte of an event stream. */
async function measureFirstByte(contenders: readonly Contender[], effort: Effort): Promise<Row[]> {
  const agent = new Agent({ keepAlive: true, maxSockets: 1 })
  const rounds = effort === 'quick' ? 50 : 600
  const samples = await interleave(
    tasksOf(contenders, ({ origin }) => timeToFirstByte(origin + streamPath, agent)),
    rounds,
    20,
  )
  agent.destroy()
  const [direct, ...others] = contenders.map(({ name }) => name)
  const base = samples[direct!]!
  return others.map((name) => {
    const added = samples[name]!.map((sample, round) => sample - base[round]!)
    const goal = name === own ? { goal: { of: 'median', atMost: 1 } as const } : {}
    return rowOf([`${name}, added to the first byte of a stream`, added], [`${direct} first byte`, base], 'ms', goal)
  })
}

async function timeToFirstByte(url: string, agent: Agent): Promise<number> {
  const start = performance.now()
  const [response] = (await once(get(url, { headers, agent }), 'response')) as [IncomingMessage]
  const ended = once(response, 'end')
  await once(response, 'data')
  const elapsedMs = performance.now() - start
  if (response.statusCode !== 200) throw new Error(`${url} answered ${response.statusCode}`)
  response.resume()
  await ended
  return elapsedMs
}

function tasksOf<Sample>(contenders: readonly Contender[], measure: (contender: Contender) => Promise<Sample>) {
  return Object.fromEntries(contenders.map((contender) => [contender.name, () => measure(contender)]))
}

async function untilUp({ name, origin }: Contender): Promise<void> {
  const until = performance.now() + startDeadlineMs
  while (performance.now() < until) {
    const isUp = await fetch(origin + jsonPath, { headers }).then(
      async (response) => (await response.arrayBuffer()).byteLength === 1024,
      () => false,
    )
    if (isUp) return
    await delay(50)
  }
  throw new Error(`${name} never answered at ${origin}`)
}
