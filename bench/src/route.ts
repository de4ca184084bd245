import { randomUUID } from 'node:crypto'
import { rm } from 'node:fs/promises'
import { fileURLToPath } from 'node:url'
import { getOrigin, getPort, type Env } from '@driftos/ports'
import { rowOf, type Effort, type Figure, type Row } from './figure.js'
import { untilDriftReady } from './drift-ready.js'
import { findFreeOffset } from './free-offset.js'
import { interleave, quantile } from './measure.js'
import { ServiceProcess } from './service-process.js'

const messages = [
  'How long do I boil the pasta for the tomato sauce?',
  'And how much salt does it want?',
  'The brakes of my car squeal since the winter.',
  'Back to the sauce: fresh tomatoes or a tin?',
]

/** Measures a message from the client to the database and back. */
export const routeFigure: Figure = {
  title: 'POST /drift/route, end to end',
  method:
    'The built services on loopback, each message to a conversation of four; the embedded database writes all of it, and has one session for all. Without a model core asks embed, so that its way is gateway, core, embed, database.',
  measure: measureRoute,
}

async function measureRoute(effort: Effort): Promise<Row[]> {
  const env: Env = { DRIFTOS_PORT_OFFSET: String(await findFreeOffset()), LOG_LEVEL: 'silent' }
  const processes = [
    new ServiceProcess('postgres', 'packages/dev-postgres', env),
    new ServiceProcess('gateway', 'apps/gateway', env),
    new ServiceProcess('core', 'apps/core', env),
    new ServiceProcess('embed', 'apps/embed', env),
  ]
  const data = fileURLToPath(new URL(`../../.driftos/postgres-${getPort('postgres', env)}`, import.meta.url))
  try {
    await Promise.all(processes.map((process) => process.start()))
    const apis = {
      'embed alone': `${getOrigin('embed', env)}/api/v1`,
      'gateway, embed': `${getOrigin('gateway', env)}/api/v1/embed`,
      'gateway, core, embed': `${getOrigin('gateway', env)}/api/v1`,
    }
    await Promise.all(Object.values(apis).map(untilDriftReady))
    return [...(await measureWith(apis, 1, effort)), ...(await measureWith(apis, 16, effort))]
  } finally {
    await Promise.all(processes.map((process) => process.stop()))
    await rm(data, { recursive: true, force: true })
  }
}

async function measureWith(apis: Readonly<Record<string, string>>, clients: number, effort: Effort): Promise<Row[]> {
  const [rounds, warmUps] = effort === 'quick' ? [3, 2] : [30, 5]
  const tasks = Object.fromEntries(
    Object.entries(apis).map(([name, api]) => [
      name,
      async () => (await Promise.all(Array.from({ length: clients }, () => holdConversation(api)))).flat(),
    ]),
  )
  const samples = await interleave(tasks, rounds, warmUps)
  const [base] = Object.keys(apis)
  const medians = (name: string) => samples[name]!.map((times) => quantile(times, 0.5))
  const worsts = (name: string) => samples[name]!.map((times) => Math.max(...times))
  const label = clients === 1 ? 'one client' : `${clients} clients`
  const names = Object.keys(apis)
  const rows = names.map((name) => rowOf([`${name}, ${label}`, medians(name)], [base!, medians(base!)], 'ms'))
  if (clients === 1) return rows
  const slowest = names.map((name) => rowOf([`${name}, ${label}, slowest`, worsts(name)], [base!, worsts(base!)], 'ms'))
  return [...rows, ...slowest]
}

/** Returns how long each message of a new conversation took, in milliseconds. */
async function holdConversation(api: string): Promise<number[]> {
  const conversationId = `bench-${randomUUID()}`
  const times: number[] = []
  for (const content of messages) {
    const startedAt = performance.now()
    const response = await fetch(`${api}/drift/route`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ conversationId, content }),
    })
    const text = await response.text()
    if (!response.ok) throw new Error(`${api} answers ${response.status} ${text}`)
    times.push(performance.now() - startedAt)
  }
  return times
}
