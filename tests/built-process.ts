import { spawn, type ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { fileURLToPath } from 'node:url'
import { expect, onTestFinished } from 'vitest'

const root = fileURLToPath(new URL('..', import.meta.url))

/** A built process that can be killed and started again. */
export function manageBuiltProcess(folder: string, env: Record<string, string>, nodeArgs: readonly string[] = []) {
  let child: ChildProcess | undefined
  let isWanted = false
  let output = ''
  let fault: string | undefined
  const isRunning = () => child !== undefined && child.exitCode === null && child.signalCode === null

  function start(more: Record<string, string> = {}): void {
    isWanted = true
    const before = output.length
    const started = spawn(process.execPath, [...nodeArgs, `${folder}/dist/main.js`], {
      cwd: root,
      env: { PATH: process.env['PATH'], LOG_LEVEL: 'silent', ...env, ...more },
      stdio: ['ignore', 'pipe', 'pipe', 'ipc'],
    })
    child = started
    for (const stream of [started.stdout!, started.stderr!])
      stream.setEncoding('utf8').on('data', (text: string) => (output += text))
    started.on('close', (code, signal) => {
      if (!isWanted || child !== started) return
      const printed = output.slice(before)
      fault = `${folder} ended with ${code ?? signal}: ${printed}`
      // While this process was down, another one of the machine took its port.
      if (printed.includes('cannot listen on port')) setTimeout(() => isWanted && start(more), 500)
    })
  }

  return {
    start,
    async kill(signal: NodeJS.Signals = 'SIGKILL') {
      isWanted = false
      if (!isRunning()) return
      const ended = once(child!, 'exit')
      child!.kill(signal)
      await ended
    },
    /** Returns everything that it printed, in all runs. */
    output: () => output,
    /** Returns how it ended by itself, if it does not run and should. */
    fault: () => (isWanted && !isRunning() ? fault : undefined),
    /** Sends a message to the module in `nodeArgs`, and waits for its answer. */
    async ask(message: object) {
      child!.send(message)
      await once(child!, 'message')
    },
  }
}

/** Starts a built process, and ends it with the test. */
export function startBuiltProcess(...parameters: Parameters<typeof manageBuiltProcess>) {
  const managed = manageBuiltProcess(...parameters)
  managed.start()
  onTestFinished(() => managed.kill())
  return managed
}

/** Waits until a service is healthy, or ready. */
export async function becomesHealthy(origin: string, path: '/health' | '/ready' = '/health'): Promise<void> {
  const status = () => fetch(`${origin}${path}`).then((response) => response.status)
  await expect.poll(() => status().catch(() => 0), { timeout: 30_000, interval: 50 }).toBe(200)
}
