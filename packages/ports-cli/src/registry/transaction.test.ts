import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { existsSync } from 'node:fs'
import { chmod, mkdir, mkdtemp, readdir, readFile, rm, stat, symlink, writeFile, utimes } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'
import { build } from 'esbuild'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { makeRepository } from '../repository.fixture.js'
import { restore, writeAllOrNothing, type FileChange } from './transaction.js'

const before = { 'registry.ts': 'old\n', 'deep/gone.yaml': 'gone\n', 'docs.md': 'old docs\n' }
const after = { 'registry.ts': 'new\n', 'deep/come.md': 'come\n', 'docs.md': 'new docs\n' }
const changes: readonly FileChange[] = [
  { file: 'registry.ts', present: 'old\n', wanted: 'new\n' },
  { file: 'deep/gone.yaml', present: 'gone\n', wanted: undefined },
  { file: 'deep/come.md', present: undefined, wanted: 'come\n' },
  { file: 'docs.md', present: 'old docs\n', wanted: 'new docs\n' },
]
/** A guard that does nothing: these processes are not killed. */
const noGuard = [process.execPath, '--eval', '']

describe('writeAllOrNothing', () => {
  it('writes, makes and removes, and leaves nothing of its own', async () => {
    const root = await makeRepository(before)
    writeAllOrNothing(changes, root, noGuard)
    expect(await filesOf(root)).toEqual(after)
    expect(await readdir(join(root, '.driftos'))).toEqual([])
  })

  it.skipIf(process.platform === 'win32')('keeps permissions and links', async () => {
    const root = await makeRepository({ 'elsewhere.md': 'old docs\n', 'registry.ts': 'old\n' })
    await symlink('elsewhere.md', join(root, 'docs.md'))
    await chmod(join(root, 'registry.ts'), 0o640)
    writeAllOrNothing([changes[0]!, changes[3]!], root, noGuard)
    expect((await stat(join(root, 'registry.ts'))).mode & 0o777).toBe(0o640)
    expect(await readFile(join(root, 'elsewhere.md'), 'utf8')).toBe('new docs\n')
  })

  it('refuses when a file is no longer what was read, and touches none', async () => {
    const root = await makeRepository({ ...before, 'docs.md': "somebody's\n" })
    expect(() => writeAllOrNothing(changes, root, noGuard)).toThrow('docs.md has changed meanwhile: run this again')
    expect(await filesOf(root)).toEqual({ ...before, 'docs.md': "somebody's\n" })
  })

  it('puts everything back when one file cannot be written', async () => {
    const root = await makeRepository({ ...before, blocked: 'a file\n' })
    const impossible = { file: 'blocked/inner.md', present: undefined, wanted: 'x' }
    expect(() => writeAllOrNothing([...changes, impossible], root, noGuard)).toThrow(/^Nothing was written: E/)
    expect(await filesOf(root)).toEqual({ ...before, blocked: 'a file\n' })
  })

  it('refuses while another edit is under way', async () => {
    const root = await makeRepository(before)
    await leaveJournal(root, process.ppid)
    expect(() => writeAllOrNothing(changes, root, noGuard)).toThrow(
      `Another edit of the registry is under way (pid ${process.ppid}): wait for it`,
    )
  })
})

describe('restore', () => {
  it('puts back what a dead process has left half done, and leaves what somebody did since', async () => {
    const root = await makeRepository({ ...before, 'registry.ts': 'new\n', 'docs.md': 'later work\n' })
    await leaveJournal(root, await deadPid())
    expect(restore(root)).toEqual(['registry.ts'])
    expect(await filesOf(root)).toEqual({ ...before, 'docs.md': 'later work\n' })
    expect(restore(root)).toEqual([])
  })

  it('takes no process of after a power cut for the one that was at it', async () => {
    const root = await makeRepository({ ...before, 'registry.ts': 'new\n' })
    await leaveJournal(root, process.pid)
    expect(() => restore(root)).toThrow('is under way')
    await utimes(join(root, '.driftos/edit/journal.json'), 0, 0)
    expect(restore(root)).toEqual(['registry.ts'])
  })

  it('restores the edit that is meant and no other', async () => {
    const root = await makeRepository({ ...before, 'registry.ts': 'new\n' })
    await leaveJournal(root, process.pid)
    expect(restore(root, 'another')).toEqual([])
    expect(await filesOf(root)).toMatchObject({ 'registry.ts': 'new\n' })
    expect(restore(root, 'mine')).toEqual(['registry.ts'])
  })

  it('clears away what a process prepared and did not begin', async () => {
    const root = await makeRepository(before)
    const draft = join(root, '.driftos', `edit-${await deadPid()}`)
    await mkdir(draft, { recursive: true })
    restore(root)
    expect(existsSync(draft)).toBe(false)
  })
})

describe('a process killed at any of its writes', { timeout: 120_000 }, () => {
  // Some dozens of processes: built, each starts in no time.
  beforeAll(async () => {
    built = await mkdtemp(join(tmpdir(), 'driftos-test-'))
    await build({
      entryPoints: [
        new URL('../bin.ts', import.meta.url),
        new URL('transaction.fixture.ts', import.meta.url),
        new URL('kill-at-write.fixture.ts', import.meta.url),
      ].map((entry) => fileURLToPath(entry)),
      outdir: built,
      bundle: true,
      platform: 'node',
      conditions: ['@driftos/source'],
      external: ['ts-morph', 'zod'],
    })
  })

  afterAll(() => rm(built, { recursive: true }))

  it('leaves all files as they were, or all as they are to be', async () => {
    const states: string[] = []
    for (let at = 1; states.at(-1) !== 'ended'; at++) {
      const root = await makeRepository(before)
      const { signal } = await runUntilKilled(root, at)
      // The guard needs a moment after the end of the process.
      await until(() => !existsSync(join(root, '.driftos/edit')))
      const files = await filesOf(root)
      const isAfter = JSON.stringify(files) === JSON.stringify(sorted(after))
      if (!isAfter) expect(files, `killed at write ${at}`).toEqual(before)
      states.push(signal === null ? 'ended' : isAfter ? 'after' : 'before')
    }
    // Prepared, under way, done: both outcomes have been seen, and a change of direction once.
    expect(states.filter((state) => state === 'before').length).toBeGreaterThan(8)
    expect(states).toEqual(states.toSorted((one, other) => order.indexOf(one) - order.indexOf(other)))
  })

  it('is followed by a run that restores, when the guard is killed too', async () => {
    const root = await makeRepository(before)
    // After the folder, four drafts with two modes, the journal, its renaming, and the first file.
    await runUntilKilled(root, 12, { KILL_GUARD: '1' })
    expect(existsSync(join(root, '.driftos/edit/journal.json'))).toBe(true)
    restore(root)
    expect(await filesOf(root)).toEqual(before)
  })
})

/** The folder of what was built for these processes. */
let built: string

const order = ['before', 'after', 'ended']

async function runUntilKilled(root: string, at: number, env: Readonly<Record<string, string>> = {}) {
  const hook = ['--require', join(built, 'edit/kill-at-write.fixture.js')]
  const guard = [process.execPath, ...hook, join(built, 'bin.js')]
  const child = spawn(process.execPath, [...hook, join(built, 'edit/transaction.fixture.js'), root], {
    env: { ...process.env, KILL_AT: `${at}`, KILL_ROOT: root, PROGRAM: JSON.stringify(guard), ...env },
    stdio: ['ignore', 'ignore', 'inherit'],
  })
  const [, signal] = (await once(child, 'exit')) as [number | null, string | null]
  return { signal }
}

async function until(isTrue: () => boolean): Promise<void> {
  const deadline = performance.now() + 30_000
  while (!isTrue()) {
    if (performance.now() > deadline) throw new Error('nobody restored what was left half done')
    await delay(20)
  }
}

async function filesOf(root: string): Promise<Record<string, string>> {
  const visible = (await readdir(root)).filter((name) => name !== '.driftos' && name !== 'pnpm-workspace.yaml')
  const inner = visible.includes('deep') ? (await readdir(join(root, 'deep'))).map((name) => `deep/${name}`) : []
  const files = [...visible.filter((name) => name !== 'deep'), ...inner]
  const contents = await Promise.all(files.map(async (file) => [file, await readFile(join(root, file), 'utf8')]))
  return sorted(Object.fromEntries(contents) as Record<string, string>)
}

function sorted(files: Readonly<Record<string, string>>): Record<string, string> {
  return Object.fromEntries(Object.entries(files).toSorted(([one], [other]) => (one < other ? -1 : 1)))
}

async function leaveJournal(root: string, pid: number): Promise<void> {
  await mkdir(join(root, '.driftos/edit'), { recursive: true })
  const entries = changes.map((change) => Object.assign({}, change, { path: join(root, change.file) }))
  await writeFile(join(root, '.driftos/edit/journal.json'), JSON.stringify({ id: 'mine', pid, entries }))
}

/** The id of a process that has ended. */
async function deadPid(): Promise<number> {
  const child = spawn(process.execPath, ['--eval', ''])
  await once(child, 'exit')
  return child.pid!
}
