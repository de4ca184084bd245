import { describe, expect, it, vi } from 'vitest'
import { run } from '../cli.fixture.js'
import { makeRepository } from '../repository.fixture.js'

/** A text that breaks whichever reader gets it; no real one is known. */
const bomb = 'port 3000, and a bomb'

vi.mock('../../../port-scanner/src/readers.js', async (importOriginal) => {
  const { loadReader } = await importOriginal<typeof import('../../../port-scanner/src/readers.js')>()
  const breaking = () => {
    throw new RangeError('Maximum call stack size exceeded')
  }
  return { loadReader: (...args: Parameters<typeof loadReader>) => (args[1] === bomb ? breaking : loadReader(...args)) }
})

/** A tree with such a file between two that are well. */
const makeTree = () => makeRepository({ 'a.env': 'CORE_PORT=3000\n', 'b.ts': bomb, 'c.env': 'DEMO_PORT=3004\n' })

const reason = 'its reader failed: Maximum call stack size exceeded'

describe('a file whose reader fails', () => {
  it('is counted and named, and the rest is checked', async () => {
    const { code, stdout, stderr } = await run(['check', await makeTree()])
    expect({ code, stderr }).toEqual({ code: 1, stderr: '' })
    expect(stdout).toContain('a.env')
    expect(stdout).toContain('c.env')
    expect(stdout).toContain(`\n\nb.ts could not be read: ${reason}\n\n2 errors`)
    expect(stdout).toContain('passed over: 1 unreadable\n')
  })

  it('is named in JSON, behind its root where there are several', async () => {
    const { stdout } = await run(['check', await makeTree(), '--json'])
    expect(JSON.parse(stdout)).toMatchObject({
      findings: [{ file: 'a.env' }, { file: 'c.env' }],
      scanned: { skipped: { unreadable: 1 }, unreadable: [{ file: 'b.ts', reason }] },
    })
    const several = await run(['check', await makeTree(), await makeTree(), '--json'])
    const { scanned } = JSON.parse(several.stdout) as { scanned: { unreadable: readonly { file: string }[] } }
    expect(scanned.unreadable.map(({ file }) => file)).toEqual([
      expect.stringMatching(/^driftos-test-\w+\/b\.ts$/),
      expect.stringMatching(/^driftos-test-\w+\/b\.ts$/),
    ])
  })

  it.each([
    ['--format', 'tsc'],
    ['--format', 'github'],
    ['--format', 'sarif'],
    ['--occurrences', '--json'],
  ])('is told beside what %s %s prints', async (...args) => {
    const { stdout, stderr } = await run(['check', await makeTree(), ...args])
    expect(stdout).toContain('a.env')
    expect(stdout).not.toContain(reason)
    expect(stderr).toBe(`b.ts could not be read: ${reason}\n`)
  })
})
