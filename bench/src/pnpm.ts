import { execFile, type ChildProcess } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { delimiter, join } from 'node:path'
import { fileURLToPath } from 'node:url'

/** The repository. */
const root = fileURLToPath(new URL('../../', import.meta.url))
/** The package manager as package.json has it, such as `pnpm@12.21.0`. */
export const { packageManager } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')) as {
  packageManager: string
}

const deadlineMs = 1_800_000
const running = new Set<ChildProcess>()

process.once('exit', () => {
  for (const child of running) child.kill()
})

/**
 * Runs pnpm in a directory, with the repository's own programs on its path.
 *
 * @throws {Error} for another exit code than 0
 */
export async function pnpm(args: readonly string[], cwd: string): Promise<{ stdout: string; wallMs: number }> {
  return runProgram('npx', ['--yes', '--prefer-offline', packageManager, ...args], cwd)
}

/** A copy of the repository's last commit, with its packages installed. */
export async function cloneRepository(folder: string): Promise<void> {
  await runProgram('git', ['clone', '--quiet', root, folder], root)
  await pnpm(['install', '--frozen-lockfile', '--prefer-offline'], folder)
}

async function runProgram(program: string, args: readonly string[], cwd: string) {
  const start = performance.now()
  const PATH = [join(root, 'node_modules/.bin'), process.env['PATH']].join(delimiter)
  const env = { ...process.env, PATH, CI: 'true', TURBO_TELEMETRY_DISABLED: '1' }
  const options = { cwd, env, timeout: deadlineMs, maxBuffer: 2 ** 28, shell: process.platform === 'win32' }
  return new Promise<{ stdout: string; wallMs: number }>((resolve, reject) => {
    const child = execFile(program, args, options, (error, stdout, stderr) => {
      running.delete(child)
      const wallMs = performance.now() - start
      if (error) reject(new Error(`${program} ${args.join(' ')}\n${(stdout + stderr).slice(-3000)}`, { cause: error }))
      else resolve({ stdout, wallMs })
    })
    running.add(child)
  })
}
