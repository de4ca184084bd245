import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { runNode, withTempFolder } from './child.js'
import { rowOf, type Figure, type Row } from './figure.js'
import { interleave } from './measure.js'
import { cloneRepository, pnpm } from './pnpm.js'
import { variableOf } from './synthetic-registry.js'

const registryFile = 'packages/ports/src/registry.ts'
const beginning = 'export const services = {\n'

const sizes = [0, 100, 1000]
const rounds = 3

/** Measures in a separate process how long the import of the built package takes. */
const probe = `const start = performance.now()
await import(process.argv[1])
console.log(performance.now() - start)`

/** Measures what grows with this repository's registry. */
export const siteFigure: Figure = {
  title: 'This repository with many additional services, against itself',
  method:
    'In a clone of the last commit: the build of the website, by vite, tsup and the rendering of every page, with its dependencies already built; and the import of the built @driftos/ports in a fresh process. The package holds every service, and each page of the site the directory of all of them: the first grows with their number, the second with its square.',
  takesMinutes: true,
  measure: () => withTempFolder(measureSite),
}

async function measureSite(folder: string): Promise<Row[]> {
  const clone = join(folder, 'clone')
  await cloneRepository(clone)
  const source = readFileSync(join(clone, registryFile), 'utf8')
  if (!source.includes(beginning)) throw new Error(`${registryFile} has changed: it has no ${beginning}`)
  const built = pathToFileURL(join(clone, 'packages/ports/dist/index.js')).href
  const samples: Record<string, readonly number[]>[] = []
  for (const added of sizes) {
    writeFileSync(join(clone, registryFile), source.replace(beginning, beginning + linesOf(added)))
    await pnpm(['exec', 'turbo', 'run', 'build', '--filter=@driftos/website', '--output-logs=errors-only'], clone)
    const build = async () => (await pnpm(['--filter', '@driftos/website', 'build'], clone)).wallMs
    const load = async () => Number((await runNode(['--input-type=module', '-e', probe, built], clone)).stdout)
    samples.push({
      ...(await interleave({ 'build of the website': build }, rounds, 0)),
      ...(await interleave({ 'import of @driftos/ports': load }, rounds * 5)),
    })
  }
  return sizes.flatMap((added, index) =>
    Object.entries(samples[index]!).map(([what, own]) =>
      rowOf(
        [`${what}, ${added} services more`, own],
        [`${what}, ${sizes[0]!} services more`, samples[0]![what]!],
        'ms',
      ),
    ),
  )
}

/** Returns the source of services outside of every range. */
function linesOf(count: number): string {
  const line = (_: unknown, index: number) => {
    const name = `service${index}`
    return `  ${name}: { port: ${20_000 + index}, containerName: '${name}', variable: '${variableOf(name)}', scheme: 'http', healthPath: '/health', status: 'active', summary: 'The service number ${index}' },\n`
  }
  return Array.from({ length: count }, line).join('')
}
