import { mkdirSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { runNode, withTempFolder } from './child.js'
import { rowOf, type Effort, type Figure, type Row } from './figure.js'
import { interleave, median } from './measure.js'
import { registryOf } from './synthetic-registry.js'

const cli = fileURLToPath(new URL('../../packages/ports-cli/dist/bin.cjs', import.meta.url))
const define = new URL('../../packages/ports/dist/define.js', import.meta.url).href
/** A configuration with two generated files. */
const config = `import { envExample, portsDocument } from '${new URL('../../packages/ports-cli/dist/index.js', import.meta.url).href}'

export default { registry: './ports.json', generate: [portsDocument(), envExample()] }
`
const sizes: Readonly<Record<Effort, readonly number[]>> = { quick: [10, 1000], full: [10, 100, 1000, 5000] }

/** Measures in a separate process how long a registry takes to be defined and then resolved. */
const probe = `import { readFileSync } from 'node:fs'
const { defineRegistry } = await import(process.argv[2])
const definition = JSON.parse(readFileSync('ports.json', 'utf8'))
const start = performance.now()
const registry = defineRegistry(definition)
const defined = performance.now()
registry.resolvePorts()
console.log(JSON.stringify({ defineRegistry: defined - start, resolvePorts: performance.now() - defined }))
`

/** Measures the tools with a growing registry. */
export const scaleFigure: Figure = {
  title: 'A registry that grows, against one of 10 services',
  method:
    'A registry in JSON. define and resolvePorts: once in a fresh process, before V8 has compiled anything; list and sync: whole processes. See "types" for the types, and "site" for the website and the import.',
  measure: measureSizes,
}

async function measureSizes(effort: Effort): Promise<Row[]> {
  return withTempFolder(async (parent) => {
    const samples: Record<string, readonly number[]>[] = []
    for (const size of sizes[effort]) samples.push(await measureSize(join(parent, String(size)), size, effort))
    const [base] = samples
    return sizes[effort].flatMap((size, index) =>
      Object.keys(base!).map((what) => {
        const label = (count: number) => `${what}, ${count.toLocaleString('en')} services`
        const own = samples[index]![what]!
        return rowOf([label(size), own], [label(sizes[effort][0]!), base![what]!], 'ms', {
          note: `${((median(own) / size) * 1000).toFixed(1)} µs a service`,
        })
      }),
    )
  })
}

async function measureSize(folder: string, size: number, effort: Effort): Promise<Record<string, readonly number[]>> {
  mkdirSync(folder)
  writeFileSync(join(folder, 'package.json'), '{}')
  writeFileSync(join(folder, 'driftos-ports.config.mjs'), config)
  writeFileSync(join(folder, 'ports.json'), JSON.stringify(registryOf(size)))
  writeFileSync(join(folder, 'probe.mjs'), probe)
  const samples = await interleave<string, Readonly<Record<string, number>>>(
    {
      probe: async () => JSON.parse((await runNode(['probe.mjs', define], folder)).stdout) as Record<string, number>,
      list: async () => ({ list: (await runNode([cli, 'list'], folder)).wallMs }),
      sync: async () => {
        for (const file of ['docs', '.env.example']) rmSync(join(folder, file), { recursive: true, force: true })
        return { sync: (await runNode([cli, 'sync'], folder)).wallMs }
      },
    },
    effort === 'quick' ? 2 : 15,
  )
  const times: Record<string, number[]> = {}
  for (const sample of Object.values(samples).flat()) {
    for (const [what, ms] of Object.entries(sample)) (times[what] ??= []).push(ms)
  }
  return times
}
