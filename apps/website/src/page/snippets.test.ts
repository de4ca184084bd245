import { execFile } from 'node:child_process'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { services } from '@driftos/ports'
import { expect, it, onTestFinished } from 'vitest'
import { findSnippets } from './snippets.js'

const app = fileURLToPath(new URL('../..', import.meta.url))
const snippets = findSnippets()

it('shows TypeScript that compiles', async () => {
  const directory = await mkdtemp(join(tmpdir(), 'driftos-snippets-'))
  onTestFinished(() => rm(directory, { recursive: true }))
  const sources = snippets.filter(({ language }) => language === 'typescript')
  expect(sources.length).toBeGreaterThan(0)
  for (const [index, { code }] of sources.entries()) await writeFile(join(directory, `snippet${index}.ts`), code)
  const config = {
    extends: join(app, '../../tsconfig.base.json'),
    compilerOptions: {
      paths: { '@driftos/ports': [join(app, '../../packages/ports/src/index.ts')] },
      types: [join(app, '../../node_modules/@types/node')],
    },
    include: ['*.ts'],
  }
  await writeFile(join(directory, 'tsconfig.json'), JSON.stringify(config))
  await expect(compile(directory)).resolves.toBe('')
})

it('sets only variables of the registry', () => {
  const variables = [...Object.values(services).map(({ variable }) => variable), 'DRIFTOS_PORT_OFFSET'] as string[]
  const set = snippets.flatMap(({ language, code }) =>
    language === 'shell' ? Array.from(code.matchAll(/^(\w+)=/gm), ([, name]) => name!) : [],
  )
  expect(set.length).toBeGreaterThan(0)
  expect(set.filter((name) => !variables.includes(name))).toEqual([])
})

/** Returns the compiler's output. */
async function compile(directory: string): Promise<string> {
  const tsc = join(app, 'node_modules/typescript/bin/tsc')
  return promisify(execFile)(process.execPath, [tsc, '-p', directory]).then(
    ({ stdout }) => stdout,
    ({ stdout }: { stdout: string }) => stdout,
  )
}
