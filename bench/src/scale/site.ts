import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { rowOf, type Effort, type Row } from '../figure.js'
import { cloneRepository, pnpm } from '../pnpm.js'
import { variableOf } from './registry.js'

const registryFile = 'packages/ports/src/registry.ts'
const beginning = 'export const services = {\n'

/** How long the website takes to build when the registry has so many services more. */
export async function measureSite(folder: string, effort: Effort): Promise<Row[]> {
  const clone = join(folder, 'clone')
  await cloneRepository(clone)
  const source = readFileSync(join(clone, registryFile), 'utf8')
  if (!source.includes(beginning)) throw new Error(`${registryFile} has changed: it has no ${beginning}`)
  const builds: [string, number[]][] = []
  for (const added of effort === 'quick' ? [0, 100] : [0, 100, 1000]) {
    writeFileSync(join(clone, registryFile), source.replace(beginning, beginning + linesOf(added)))
    await pnpm(['exec', 'turbo', 'run', 'build', '--filter=@driftos/website', '--output-logs=errors-only'], clone)
    const times: number[] = []
    for (let round = 0; round < 3; round++) {
      times.push((await pnpm(['--filter', '@driftos/website', 'build'], clone)).wallMs)
    }
    builds.push([`build of the website, ${added} services more`, times])
  }
  return builds.map((build) => rowOf(build, builds[0]!, 'ms'))
}

/** Services outside of every range, where there is room for them. */
function linesOf(count: number): string {
  const line = (_: unknown, index: number) => {
    const name = `service${index}`
    return `  ${name}: { port: ${20_000 + index}, containerName: '${name}', variable: '${variableOf(name)}', scheme: 'http', healthPath: '/health', status: 'active', summary: 'The service number ${index}' },\n`
  }
  return Array.from({ length: count }, line).join('')
}
