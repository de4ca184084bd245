import { spawn, type ChildProcess } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import { onTestFinished } from 'vitest'

const root = fileURLToPath(new URL('..', import.meta.url))

/** A running stack in a separate process group, as in a terminal. */
export interface StackProcess {
  readonly child: ChildProcess
  readonly exitCode: Promise<number | null>
  output(): string
  /** Resolves when the output contains the text. */
  sees(text: string, timeoutMs?: number): Promise<void>
  /** Sends a signal to the whole group, as Ctrl-C in a terminal does. */
  signalGroup(signal: NodeJS.Signals): void
}

/**
 * Starts the built stack; remaining processes are killed when the test ends.
 *
 * @param directory - the root of the checkout; this one unless given
 */
export function startStack(mode: 'dev' | 'start', env: Record<string, string>, directory = root): StackProcess {
  const child = spawn(process.execPath, ['packages/stack/dist/main.js', mode], {
    cwd: directory,
    // The model of the default embedder takes two seconds of processor time to load.
    env: { PATH: process.env['PATH'], HOME: process.env['HOME'], LOG_LEVEL: 'warn', EMBEDDER: 'hashing', ...env },
    detached: true,
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  let output = ''
  for (const stream of [child.stdout, child.stderr])
    stream.setEncoding('utf8').on('data', (text: string) => (output += text))
  const exitCode = new Promise<number | null>((resolve) => child.on('close', resolve))
  const signalGroup = (signal: NodeJS.Signals) => {
    try {
      process.kill(-child.pid!, signal)
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'ESRCH') throw error
    }
  }
  onTestFinished(() => signalGroup('SIGKILL'))
  return {
    child,
    exitCode,
    output: () => output,
    signalGroup,
    async sees(text, timeoutMs = 60_000) {
      const deadline = performance.now() + timeoutMs
      while (!output.includes(text)) {
        if (performance.now() > deadline)
          throw new Error(`no ${JSON.stringify(text)} within ${timeoutMs} ms in:\n${output}`)
        await new Promise((resolve) => setTimeout(resolve, 25))
      }
    },
  }
}
