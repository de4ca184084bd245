import { mkdirSync, mkdtempSync, rmSync, truncateSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, expect, it, onTestFinished } from 'vitest'
import { readEnvFile } from './env-file.js'

function makeRoot(text?: string): string {
  const root = mkdtempSync(join(tmpdir(), 'driftos-env-'))
  onTestFinished(() => rmSync(root, { recursive: true, force: true }))
  if (text !== undefined) writeFileSync(join(root, '.env'), text)
  return root
}

describe('readEnvFile', () => {
  it('adds the variables of .env in the root', () => {
    const root = makeRoot('\uFEFF# ports\r\nA_PORT=4101\r\nexport B_URL="http://x" # there\r\nEMPTY=\r\n')
    const { env, file, applied } = readEnvFile(root, { HOME: '/home/me' })
    expect(applied).toEqual({ A_PORT: '4101', B_URL: 'http://x', EMPTY: '' })
    expect(env).toEqual({ HOME: '/home/me', ...applied })
    expect(file).toBe(join(root, '.env'))
  })

  it.each(['4200', '', ' '])('lets the environment win, also with %j', (value) => {
    const shell = Object.freeze({ A_PORT: value })
    expect(readEnvFile(makeRoot('A_PORT=4101\n'), shell)).toMatchObject({ env: { A_PORT: value }, applied: {} })
  })

  it('adds a variable that the environment has as undefined', () => {
    expect(readEnvFile(makeRoot('A_PORT=4101\n'), { A_PORT: undefined }).env).toEqual({ A_PORT: '4101' })
  })

  it('compares names as Windows does', () => {
    const root = makeRoot('Core_Port=4101\n')
    expect(readEnvFile(root, { CORE_PORT: '1' }, { platform: 'win32' }).applied).toEqual({})
    expect(readEnvFile(root, { CORE_PORT: '1' }, { platform: 'linux' }).applied).toEqual({ Core_Port: '4101' })
  })

  it('reads no file where there is none, where .env is a directory, and with `file: false`', () => {
    expect(readEnvFile(makeRoot(), { A: '1' })).toEqual({ env: { A: '1' }, applied: {} })
    const root = makeRoot()
    mkdirSync(join(root, '.env'))
    expect(readEnvFile(root, {})).toEqual({ env: {}, applied: {} })
    expect(readEnvFile(makeRoot('A=2'), {}, { file: false })).toEqual({ env: {}, applied: {} })
  })

  it('reads a named file, relative to the working directory, in place of .env', () => {
    const root = makeRoot('A=1')
    writeFileSync(join(root, 'other.env'), 'B=2')
    expect(readEnvFile(root, {}, { file: 'other.env', cwd: root }).applied).toEqual({ B: '2' })
  })

  it('refuses a named file that does not exist, or is a directory', () => {
    const root = makeRoot()
    for (const file of ['missing.env', '.']) {
      expect(() => readEnvFile(root, {}, { file, cwd: root })).toThrow(expect.objectContaining({ code: 'ENV_FILE' }))
    }
  })

  it('refuses a file of more than 1 MiB', () => {
    const root = makeRoot('A=1')
    truncateSync(join(root, '.env'), (1 << 20) + 1)
    expect(() => readEnvFile(root, {})).toThrow(/1048577 bytes, more than 1048576.*--no-env-file/)
  })

  it('returns no key of a prototype', () => {
    const { env } = readEnvFile(makeRoot('__proto__=x\nconstructor=y\n'), {})
    expect(Object.getPrototypeOf(env)).toBe(Object.prototype)
  })
})
