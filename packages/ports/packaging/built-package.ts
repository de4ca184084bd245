import { execFile } from 'node:child_process'
import { existsSync } from 'node:fs'
import { mkdtemp, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'

/** Runs a program without a shell, and returns its output. */
export const run = promisify(execFile)

/** The folder of @driftos/ports. */
export const packageRoot = fileURLToPath(new URL('..', import.meta.url))

/** A file of the build, by its name in `dist`. */
export function distFile(name: string): string {
  return join(packageRoot, 'dist', name)
}

if (!existsSync(distFile('index.js')) || !existsSync(distFile('index.d.ts'))) {
  throw new Error('packages/ports is not built, and these tests are about its build: run `pnpm build` first')
}

/** The parsed text of a JSON file. */
export async function readJson<Content>(file: string): Promise<Content> {
  return JSON.parse(await readFile(file, 'utf8')) as Content
}

/** An own folder outside the workspace, so that nothing in it resolves to the workspace's packages. */
export async function makeFolder(): Promise<{ path: string; remove: () => Promise<void> }> {
  const path = await mkdtemp(join(tmpdir(), 'driftos-ports-'))
  return { path, remove: () => rm(path, { recursive: true, force: true, maxRetries: 3 }) }
}

/**
 * Packs what would be published into a directory. It skips `prepack`, which builds: other test files read the build at the
 * same time.
 */
export async function pack(destination: string): Promise<{ tarball: string; files: string[] }> {
  const { packageManager } = await readJson<{ packageManager: string }>(join(packageRoot, '../../package.json'))
  const { stdout } = await run(
    'npx',
    [
      '--yes',
      '--prefer-offline',
      packageManager,
      '--config.ignore-scripts=true',
      'pack',
      '--json',
      '--pack-destination',
      destination,
    ],
    { cwd: packageRoot, shell: process.platform === 'win32' },
  )
  const { filename, files } = JSON.parse(stdout) as { filename: string; files: { path: string }[] }
  return { tarball: filename, files: files.map(({ path }) => path) }
}
