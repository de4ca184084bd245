import { spawn, type ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { setTimeout as delay } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'
import { type Env, type ServiceName } from '@driftos/ports'
import { probeService } from '@driftos/ports/probe'

const root = fileURLToPath(new URL('../../', import.meta.url))
const reporter = new URL('soak/heap-reporter.js', import.meta.url).href
const startDeadlineMs = 120_000
const answerDeadlineMs = 30_000
const running = new Set<ChildProcess>()

process.once('exit', () => {
  for (const child of running) child.kill('SIGKILL')
})

/** The memory of a process after a garbage collection. */
export interface Memory {
  readonly heapBytes: number
  readonly residentBytes: number
}

/** A built service that can be killed and suspended. */
export class ServiceProcess {
  readonly service: ServiceName
  readonly #folder: string
  readonly #env: Env
  #child: ChildProcess | undefined

  /**
   * @param folder - the directory of its package, relative to the repository's root
   * @param env - its variables, in addition to PATH
   */
  constructor(service: ServiceName, folder: string, env: Env) {
    this.service = service
    this.#folder = folder
    this.#env = env
  }

  /** Starts the service and waits until it is healthy. */
  async start(): Promise<void> {
    const child = spawn(process.execPath, ['--import', reporter, 'dist/main.js'], {
      cwd: `${root}${this.#folder}`,
      env: { PATH: process.env['PATH'], ...this.#env },
      stdio: ['ignore', 'ignore', 'inherit', 'ipc'],
    })
    this.#child = child
    running.add(child)
    child.once('exit', () => running.delete(child))
    const until = performance.now() + startDeadlineMs
    while (performance.now() < until && child.exitCode === null) {
      if ((await probeService(this.service, { env: this.#env })).state === 'up') return
      await delay(100)
    }
    throw new Error(`${this.service} did not start`)
  }

  /** Kills the service, like a crash. */
  kill(): Promise<void> {
    return this.#end('SIGKILL')
  }

  /** Stops the service gracefully. */
  stop(): Promise<void> {
    return this.#end('SIGTERM')
  }

  /** Suspends the process for a time: connections stay open without answers. */
  async freeze(milliseconds: number): Promise<void> {
    this.#child?.kill('SIGSTOP')
    await delay(milliseconds)
    this.#child?.kill('SIGCONT')
  }

  /** Returns its memory after a garbage collection. */
  async memory(): Promise<Memory> {
    this.#child!.send('memory')
    const signal = AbortSignal.timeout(answerDeadlineMs)
    const [{ heapUsed, rss }] = (await once(this.#child!, 'message', { signal })) as [{ heapUsed: number; rss: number }]
    return { heapBytes: heapUsed, residentBytes: rss }
  }

  async #end(signal: NodeJS.Signals): Promise<void> {
    const child = this.#child
    if (!child || child.exitCode !== null || child.signalCode !== null) return
    const ended = once(child, 'exit')
    child.kill(signal)
    await ended
  }
}
