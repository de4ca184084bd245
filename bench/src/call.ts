import { getPort, PORTS, services, type ServiceName } from '@driftos/ports'
import { rowOf, type Effort, type Figure, type Row } from './figure.js'
import { interleave } from './measure.js'
import { readPort as convict } from './peers/convict.js'
import { readPort as envVar } from './peers/env-var.js'
import { readPort as envalid } from './peers/envalid.js'
import { readPort as t3Env } from './peers/t3-env.js'
import { readPort as valibot } from './peers/valibot.js'
import { readPort as zodMini } from './peers/zod-mini.js'
import { readPort as zod } from './peers/zod.js'

const base = 'process.env.PEER_PORT'
const keyedRead = 'process.env[name] of several names'
const own = '@driftos/ports getPort'
const callsPerSample = 2000
/** One service that the environment overrides, and one that it does not. */
const [overridden, unset] = Object.keys(services) as [ServiceName, ServiceName]
const overriddenValue = PORTS[overridden] + 30_000

/** Measures one call that returns a port. */
export const callFigure: Figure = {
  title: 'One call, in units of one read of process.env',
  method: `40 variables in the environment, the port's in their middle. Each task runs a separate loop, and every call resolves the port again, although most peers are meant to do so once at the start.`,
  measure: (effort) => withEnvironment(environment(), () => measureCalls(effort)),
}

async function measureCalls(effort: Effort): Promise<Row[]> {
  const [rounds, warmUps] = effort === 'quick' ? [30, 10] : [800, 50]
  // First, before any other name is used: V8 folds one name into the call, not several.
  const one = await interleave(
    { [base]: tasks[base], [`${own} of one service, overridden`]: getOverridden },
    rounds,
    warmUps,
  )
  const all = await interleave(tasks, rounds, warmUps)
  return [...rowsOf(one), ...rowsOf(all)]
}

function rowsOf({ [base]: reads = [], ...others }: Readonly<Record<string, readonly number[]>>): Row[] {
  return Object.entries(others).map((task) => {
    const note = notes[task[0]]
    const goal = { of: 'ratio', atMost: 1.3 } as const
    return rowOf(task, [base, reads], 'ns', note ? { note } : task[0].endsWith('overridden') ? { goal } : {})
  })
}

const notes: Readonly<Record<string, string>> = {
  [keyedRead]: 'the minimum for a function of a name',
  [`${own} of several, default`]: 'reads two unset variables: the port and the offset',
}

function getOverridden(): number {
  const start = performance.now()
  let sum = 0
  for (let index = 0; index < callsPerSample; index++) sum += getPort(overridden)
  return perCall(start, sum, overriddenValue)
}

function readByName(name: string): string {
  return process.env[name] ?? ''
}

// One loop each: a shared loop over a function parameter would become a megamorphic call site.
const tasks = {
  [base]: () => {
    const start = performance.now()
    let sum = 0
    for (let index = 0; index < callsPerSample; index++) sum += process.env['PEER_PORT']?.length ?? 0
    return perCall(start, sum, 5)
  },
  [keyedRead]: () => {
    const start = performance.now()
    let sum = 0
    for (let index = 0; index < callsPerSample; index += 2) {
      sum += readByName('PEER_PORT').length
      sum += readByName('OTHER_PORT').length
    }
    return perCall(start, sum, 5)
  },
  ['Number(process.env.PEER_PORT ?? 1)']: () => {
    const start = performance.now()
    let sum = 0
    for (let index = 0; index < callsPerSample; index++) sum += Number(process.env['PEER_PORT'] ?? 1)
    return perCall(start, sum, overriddenValue)
  },
  [`${own} of several, overridden`]: getOverridden,
  [`${own} of several, default`]: () => {
    const start = performance.now()
    let sum = 0
    for (let index = 0; index < callsPerSample; index++) sum += getPort(unset)
    return perCall(start, sum, PORTS[unset])
  },
  'zod parse': () => {
    const start = performance.now()
    let sum = 0
    for (let index = 0; index < callsPerSample; index++) sum += zod()
    return perCall(start, sum, overriddenValue)
  },
  'zod/mini parse': () => {
    const start = performance.now()
    let sum = 0
    for (let index = 0; index < callsPerSample; index++) sum += zodMini()
    return perCall(start, sum, overriddenValue)
  },
  'valibot parse': () => {
    const start = performance.now()
    let sum = 0
    for (let index = 0; index < callsPerSample; index++) sum += valibot()
    return perCall(start, sum, overriddenValue)
  },
  '@t3-oss/env-core createEnv': () => {
    const start = performance.now()
    let sum = 0
    for (let index = 0; index < callsPerSample; index++) sum += t3Env()
    return perCall(start, sum, overriddenValue)
  },
  'envalid cleanEnv': () => {
    const start = performance.now()
    let sum = 0
    for (let index = 0; index < callsPerSample; index++) sum += envalid()
    return perCall(start, sum, overriddenValue)
  },
  'env-var asPortNumber': () => {
    const start = performance.now()
    let sum = 0
    for (let index = 0; index < callsPerSample; index++) sum += envVar()
    return perCall(start, sum, overriddenValue)
  },
  'convict load and validate': () => {
    const start = performance.now()
    let sum = 0
    for (let index = 0; index < callsPerSample; index++) sum += convict()
    return perCall(start, sum, overriddenValue)
  },
}

/** Returns the nanoseconds of one call; the sum proves every result and keeps the loop from being optimized away. */
function perCall(start: number, sum: number, expected: number): number {
  const ns = ((performance.now() - start) * 1e6) / callsPerSample
  if (sum !== expected * callsPerSample) throw new Error(`A call did not return ${expected}`)
  return ns
}

function environment(): Record<string, string> {
  const others = Array.from({ length: 37 }, (_, index) => [`SOME_VARIABLE_${index}`, `a value of some length ${index}`])
  const ports = [services[overridden].variable, 'PEER_PORT', 'OTHER_PORT'].map((name) => [
    name,
    String(overriddenValue),
  ])
  return Object.fromEntries(others.toSpliced(18, 0, ...ports))
}

async function withEnvironment<Result>(env: Record<string, string>, use: () => Promise<Result>): Promise<Result> {
  const kept = { ...process.env }
  replaceEnvironment(env)
  try {
    return await use()
  } finally {
    replaceEnvironment(kept)
  }
}

function replaceEnvironment(env: NodeJS.ProcessEnv): void {
  for (const name of Object.keys(process.env)) delete process.env[name]
  Object.assign(process.env, env)
}
