import { spawn, type ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { fileURLToPath } from 'node:url'
import { expect, onTestFinished } from 'vitest'

const root = fileURLToPath(new URL('..', import.meta.url))

/** Starts a built process that can be killed and started again, until the test ends. */
export function startBuiltProcess(folder: string, env: Record<string, string>, nodeArgs: readonly string[] = []) {
  let child: ChildProcess
  let output = ''
  async function kill() {
    if (child.exitCode !== null || child.signalCode !== null) return
    const ended = once(child, 'exit')
    child.kill('SIGKILL')
    await ended
  }
  function start() {
    child = spawn(process.execPath, [...nodeArgs, `${folder}/dist/main.js`], {
      cwd: root,
      env: { PATH: process.env['PATH'], LOG_LEVEL: 'silent', ...env },
      stdio: ['ignore', 'pipe', 'pipe', 'ipc'],
    })
    for (const stream of [child.stdout!, child.stderr!])
      stream.setEncoding('utf8').on('data', (text: string) => (output += text))
  }
  start()
  onTestFinished(kill)
  return {
    kill,
    start,
    /** Returns everything that it printed, in all runs. */
    output: () => output,
    /** Sends a message to the module in `nodeArgs`, and waits for its answer. */
    async ask(message: object) {
      child.send(message)
      await once(child, 'message')
    },
  }
}

/** Waits until a service is healthy. */
export async function becomesHealthy(origin: string): Promise<void> {
  const status = () => fetch(`${origin}/health`).then((response) => response.status)
  await expect.poll(() => status().catch(() => 0), { timeout: 30_000, interval: 50 }).toBe(200)
}
