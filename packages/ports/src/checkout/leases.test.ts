import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, expect, it, onTestFinished } from 'vitest'
import { peekLeases, readLeases, type Lease } from './leases.js'

const lease: Lease = {
  root: '/shop',
  instance: 'a1',
  host: 'here',
  project: 'shop',
  offset: 100,
  ports: [4100],
  pinned: [],
  takenAt: '2026-01-01T00:00:00.000Z',
  usedAt: '2026-01-01T00:00:00.000Z',
}

/** Makes a ledger with one generation that can be read, and returns the home of its user. */
function makeHome(): { readonly home: string; readonly directory: string } {
  const home = mkdtempSync(join(tmpdir(), 'driftos-leases-'))
  onTestFinished(() => rmSync(home, { recursive: true }))
  const directory = join(home, 'driftos-ports')
  mkdirSync(directory)
  writeFileSync(join(directory, 'slots.1.json'), JSON.stringify({ version: 1, leases: [lease] }))
  return { home, directory }
}

const env = (home: string) => ({ XDG_STATE_HOME: home, LOCALAPPDATA: home, HOME: home, USERPROFILE: home })

describe('peekLeases', () => {
  it.each<[string, (file: string) => void]>([
    ['a directory', (file) => mkdirSync(file)],
    ['no JSON', (file) => writeFileSync(file, '{')],
    ['larger than a ledger', (file) => writeFileSync(file, ' '.repeat((16 << 20) + 1))],
  ])('uses the generation before one that is %s', (_, spoil) => {
    const { home, directory } = makeHome()
    spoil(join(directory, 'slots.2.json'))
    expect(peekLeases(env(home))).toEqual([lease])
  })

  it('returns none without a ledger, and of a newer version', () => {
    const { home, directory } = makeHome()
    expect(peekLeases(env(join(home, 'none')))).toEqual([])
    writeFileSync(join(directory, 'slots.2.json'), JSON.stringify({ version: 2, leases: [] }))
    expect(peekLeases(env(home))).toEqual([])
    expect(() => readLeases(directory)).toThrow('version 2')
  })
})
