import { execFile, spawn, type ChildProcess } from 'node:child_process'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

const timeoutMs = 300_000
const running = new Set<ChildProcess>()
const folders = new Set<string>()

process.once('exit', () => {
  for (const child of running) child.kill()
  for (const folder of folders) rmSync(folder, { recursive: true, force: true })
})

/**
 * Runs Node on a script in a fresh process, for five minutes at most.
 *
 * @param env - the whole environment of the process
 * @returns its output, and how long it took from spawn to exit
 * @throws {Error} for another exit code than 0
 */
export async function runNode(
  args: readonly string[],
  cwd: string,
  env: Readonly<Record<string, string>> = {},
): Promise<{ stdout: string; wallMs: number }> {
  const start = performance.now()
  return new Promise((resolve, reject) => {
    const options = { cwd, env, timeout: timeoutMs, maxBuffer: 2 ** 26 }
    const child = execFile(process.execPath, args, options, (error, stdout, stderr) => {
      const wallMs = performance.now() - start
      running.delete(child)
      if (error) reject(new Error(`node ${args.join(' ')} in ${cwd}\n${stdout}${stderr}`, { cause: error }))
      else resolve({ stdout, wallMs })
    })
    running.add(child)
  })
}

/**
 * Starts a server.
 *
 * @param env - its environment besides the path to programs
 * @returns stops it; the end of this process does so too
 */
export function startServer(
  command: string,
  args: readonly string[],
  env: Readonly<Record<string, string>> = {},
): () => Promise<void> {
  const child = spawn(command, args, {
    env: { PATH: process.env['PATH'], ...env },
    stdio: ['ignore', 'ignore', 'inherit'],
  })
  running.add(child)
  const ended = new Promise<void>((resolve) => {
    child.once('close', () => resolve())
    child.once('error', () => resolve())
  })
  return async () => {
    child.kill()
    await ended
    running.delete(child)
  }
}

/** Creates an empty directory for a function, and removes it with its content afterwards. */
export async function withTempFolder<Result>(use: (folder: string) => Promise<Result>): Promise<Result> {
  const folder = mkdtempSync(join(tmpdir(), 'driftos-bench-'))
  folders.add(folder)
  try {
    return await use(folder)
  } finally {
    rmSync(folder, { recursive: true, force: true })
    folders.delete(folder)
  }
}
