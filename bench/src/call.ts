import { getPort, PORTS } from '@driftos/ports'
import { rowOf, type Effort, type Figure, type Row } from './figure.js'
import { interleave } from './measure.js'
import { readPort as convict } from './peers/convict.js'
import { readPort as envVar } from './peers/env-var.js'
import { readPort as envalid } from './peers/envalid.js'
import { readPort as t3Env } from './peers/t3-env.js'
import { readPort as valibot } from './peers/valibot.js'
import { readPort as zodMini } from './peers/zod-mini.js'
import { readPort as zod } from './peers/zod.js'

const base = 'process.env.CORE_PORT'
const keyedRead = 'process.env[name] of several names'
const own = '@driftos/ports getPort'
const callsPerSample = 2000
const corePort = PORTS.core

/** What it costs to ask for one port. */
export const callFigure: Figure = {
  title: 'One call, in units of one read of process.env',
  method:
    '40 variables in the environment, CORE_PORT=4101 in their middle. Each task runs a loop of its own; every call resolves the port anew, though most peers are made to do it once at start.',
  measure: (effort) => withEnvironment(environment(), () => measureCalls(effort)),
}

async function measureCalls(effort: Effort): Promise<Row[]> {
  const rounds = effort === 'quick' ? 150 : 800
  // First, while no other name was asked for: V8 folds one name into the call, not several.
  const one = await interleave({ [base]: tasks[base], [`${own} of one service, overridden`]: getCore }, rounds, 50)
  const all = await interleave(tasks, rounds, 50)
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
  [keyedRead]: 'the floor for a function of a name',
  [`${own} of several, default`]: 'reads two unset variables: EMBED_PORT and the offset',
}

function getCore(): number {
  const start = performance.now()
  let sum = 0
  for (let index = 0; index < callsPerSample; index++) sum += getPort('core')
  return perCall(start, sum, 4101)
}

function readByName(name: string): string {
  return process.env[name] ?? ''
}

// A loop each: one loop over a function passed in would soon call it through a megamorphic site.
const tasks = {
  [base]: () => {
    const start = performance.now()
    let sum = 0
    for (let index = 0; index < callsPerSample; index++) sum += process.env['CORE_PORT']?.length ?? 0
    return perCall(start, sum, 4)
  },
  [keyedRead]: () => {
    const start = performance.now()
    let sum = 0
    for (let index = 0; index < callsPerSample; index += 2) {
      sum += readByName('CORE_PORT').length
      sum += readByName('DEMO_PORT').length
    }
    return perCall(start, sum, 4)
  },
  [`Number(process.env.CORE_PORT ?? ${corePort})`]: () => {
    const start = performance.now()
    let sum = 0
    for (let index = 0; index < callsPerSample; index++) sum += Number(process.env['CORE_PORT'] ?? corePort)
    return perCall(start, sum, 4101)
  },
  [`${own} of several, overridden`]: getCore,
  [`${own} of several, default`]: () => {
    const start = performance.now()
    let sum = 0
    for (let index = 0; index < callsPerSample; index++) sum += getPort('embed')
    return perCall(start, sum, PORTS.embed)
  },
  'zod parse': () => {
    const start = performance.now()
    let sum = 0
    for (let index = 0; index < callsPerSample; index++) sum += zod()
    return perCall(start, sum, 4101)
  },
  'zod/mini parse': () => {
    const start = performance.now()
    let sum = 0
    for (let index = 0; index < callsPerSample; index++) sum += zodMini()
    return perCall(start, sum, 4101)
  },
  'valibot parse': () => {
    const start = performance.now()
    let sum = 0
    for (let index = 0; index < callsPerSample; index++) sum += valibot()
    return perCall(start, sum, 4101)
  },
  '@t3-oss/env-core createEnv': () => {
    const start = performance.now()
    let sum = 0
    for (let index = 0; index < callsPerSample; index++) sum += t3Env()
    return perCall(start, sum, 4101)
  },
  'envalid cleanEnv': () => {
    const start = performance.now()
    let sum = 0
    for (let index = 0; index < callsPerSample; index++) sum += envalid()
    return perCall(start, sum, 4101)
  },
  'env-var asPortNumber': () => {
    const start = performance.now()
    let sum = 0
    for (let index = 0; index < callsPerSample; index++) sum += envVar()
    return perCall(start, sum, 4101)
  },
  'convict load and validate': () => {
    const start = performance.now()
    let sum = 0
    for (let index = 0; index < callsPerSample; index++) sum += convict()
    return perCall(start, sum, 4101)
  },
}

/** The nanoseconds of one call; the sum proves that every call answered and keeps the loop from being dropped. */
function perCall(start: number, sum: number, expected: number): number {
  const ns = ((performance.now() - start) * 1e6) / callsPerSample
  if (sum !== expected * callsPerSample) throw new Error(`a call answered another value than ${expected}`)
  return ns
}

function environment(): Record<string, string> {
  const others = Array.from({ length: 38 }, (_, index) => [`SOME_VARIABLE_${index}`, `a value of some length ${index}`])
  return Object.fromEntries(others.toSpliced(19, 0, ['CORE_PORT', '4101'], ['DEMO_PORT', '4105']))
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
