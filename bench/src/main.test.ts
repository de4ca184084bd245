import { execFile } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { describe, expect, it } from 'vitest'

const main = fileURLToPath(new URL('./main.ts', import.meta.url))
const run = promisify(execFile)

/** Runs `pnpm bench` without the build. */
async function bench(...args: string[]) {
  return run(process.execPath, ['--import', import.meta.resolve('tsx'), main, ...args])
}

describe('pnpm bench', () => {
  // The figures that start no service, clone nothing and need no other program, so that they are run regularly.
  it.each(['import', 'call', 'bytes', 'types', 'scale', 'cli', 'status', 'sync'])('measures %s', async (name) => {
    const { stdout } = await bench('--only', name, '--quick', '--json')
    const { figures } = JSON.parse(stdout) as { figures: Record<string, { rows: { median: number }[] }> }
    expect(Object.keys(figures)).toEqual([name])
    const medians = figures[name]!.rows.map(({ median }) => median)
    expect(medians.filter((median) => median > 0)).toEqual(medians)
    expect(medians).not.toEqual([])
  })

  it('lists the figures for an unknown name', async () => {
    await expect(bench('--only', 'speed')).rejects.toMatchObject({
      code: 2,
      stderr: expect.stringMatching(/^No figure is named "speed": there are import, call, .*browser\.\n/),
    })
  })
})
