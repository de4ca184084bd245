import { describe, expect, it } from 'vitest'
import { findWorkingDirectories, parseLsofDirectories } from './working-directory.js'

describe('findWorkingDirectories', () => {
  it.skipIf(process.platform === 'win32')(
    'returns the directory of this process, and skips a process that has ended',
    async () => {
      const ended = 2 ** 30
      expect(await findWorkingDirectories([process.pid, ended])).toEqual(new Map([[process.pid, process.cwd()]]))
    },
  )

  it('is empty for no process', async () => {
    expect(await findWorkingDirectories([])).toEqual(new Map())
  })
})

describe('parseLsofDirectories', () => {
  it('reads the directory of each process', () => {
    const text = 'p501\nfcwd\nn/Users/me/shop\np502\nfcwd\nn/Users/me/a b\np503\nfcwd\nnunknown file type\n'
    expect(parseLsofDirectories(text)).toEqual(
      new Map([
        [501, '/Users/me/shop'],
        [502, '/Users/me/a b'],
      ]),
    )
  })
})
