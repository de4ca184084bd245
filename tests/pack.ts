import { execFile } from 'node:child_process'
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { root } from './source-files.js'

/** The package manager of this repository with its version, for npx. */
export const { packageManager } = JSON.parse(await readFile(join(root, 'package.json'), 'utf8')) as {
  packageManager: string
}

/** Packs the build of a package into a directory, and returns the tarball's path and its files. */
export async function pack(name: string, destination: string): Promise<{ tarball: string; files: string[] }> {
  // `prepack` would replace `dist` while other tests use it.
  const options = ['--json', '--ignore-scripts', '--pack-destination', destination]
  const args = ['--yes', '--prefer-offline', packageManager, 'pack', ...options]
  const shell = process.platform === 'win32'
  const { stdout } = await promisify(execFile)('npx', args, { cwd: join(root, 'packages', name), shell })
  const { filename, files } = JSON.parse(stdout) as { filename: string; files: { path: string }[] }
  return { tarball: filename, files: files.map(({ path }) => path) }
}
