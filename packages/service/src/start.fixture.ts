import { fileURLToPath } from 'node:url'
import type { Env } from '@driftos/ports'
import { execa } from 'execa'
import { expect, onTestFinished, vi } from 'vitest'

/** Starts a fixture as a separate process, which is killed when its test ends. */
export function startFixture(file: URL, env: Env) {
  const child = execa(
    process.execPath,
    ['--import', import.meta.resolve('tsx'), '--conditions=@driftos/source', fileURLToPath(file)],
    {
      env,
      extendEnv: false,
      reject: false,
      all: true,
    },
  )
  onTestFinished(async () => {
    child.kill('SIGKILL')
    await child
  })
  let output = ''
  child.all.on('data', (chunk: Buffer) => {
    output += chunk.toString()
  })
  /** Waits until the process has printed `text`. */
  const printed = (text: string) => vi.waitFor(() => expect(output).toContain(text), { timeout: 30_000 })
  return { child, printed }
}
