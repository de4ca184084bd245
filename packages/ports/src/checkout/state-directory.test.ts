import { describe, expect, it, onTestFinished, vi } from 'vitest'
import { homedir } from 'node:os'
import { findStateDirectory } from './state-directory.js'

vi.mock('node:os', { spy: true })

describe('findStateDirectory', () => {
  it.each([
    ['linux', { XDG_STATE_HOME: '/state', HOME: '/home/me' }, '/state/driftos-ports'],
    ['linux', { XDG_STATE_HOME: 'relative', HOME: '/home/me' }, '/home/me/.local/state/driftos-ports'],
    ['linux', { XDG_STATE_HOME: '', HOME: '/home/me' }, '/home/me/.local/state/driftos-ports'],
    ['darwin', { HOME: '/Users/me' }, '/Users/me/.local/state/driftos-ports'],
    ['win32', { LOCALAPPDATA: 'C:\\Users\\me\\AppData\\Local' }, 'C:\\Users\\me\\AppData\\Local\\driftos-ports'],
    ['win32', { USERPROFILE: 'C:\\Users\\me' }, 'C:\\Users\\me\\AppData\\Local\\driftos-ports'],
  ] as const)('is on %s with %j the directory %s', (platform, env, path) => {
    expect(findStateDirectory(env, platform)).toEqual({ path })
  })

  it('uses the home directory of the user where HOME is not set', () => {
    vi.mocked(homedir).mockReturnValue('/home/of-user')
    onTestFinished(() => vi.mocked(homedir).mockRestore())
    expect(findStateDirectory({}, 'linux')).toEqual({ path: '/home/of-user/.local/state/driftos-ports' })
  })

  it.each([
    ['has none', () => ''],
    [
      'is unknown to the system',
      () => {
        throw new Error('ENOENT')
      },
    ],
  ])('is undefined, with the reason, where the user %s', (_, home) => {
    vi.mocked(homedir).mockImplementation(home)
    onTestFinished(() => vi.mocked(homedir).mockRestore())
    expect(findStateDirectory({}, 'linux')).toMatchObject({
      path: undefined,
      reason: expect.stringContaining('set XDG_STATE_HOME or HOME') as string,
    })
  })
})
