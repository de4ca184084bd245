import { spawn, spawnSync } from 'node:child_process'
import { chmod, mkdir, mkdtemp, readdir, rm, stat, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, it, onTestFinished } from 'vitest'
import { openDirectory } from './data/directory.js'
import { lockFile } from './data/lock.js'

/** Returns a new data directory with these files. */
async function makeDirectory(files: Record<string, string> = {}): Promise<string> {
  const directory = join(await mkdtemp(join(tmpdir(), 'driftos-data-')), 'data')
  onTestFinished(() => rm(join(directory, '..'), { recursive: true, force: true }))
  await mkdir(directory)
  for (const [name, text] of Object.entries(files)) await writeFile(join(directory, name), text)
  return directory
}

const log = () => {}

it.each([
  ['of another major version', { PG_VERSION: '12\n' }, /PostgreSQL 12 wrote it, .*pg_dump/],
  ['that is no database', { 'notes.txt': 'mine' }, /PG_VERSION is missing/],
])('does not change a directory %s', async (_, files: Record<string, string>, message) => {
  const directory = await makeDirectory(files)
  const error: unknown = await openDirectory(directory, log).catch((reason: unknown) => reason)
  expect(String(error)).toMatch(message)
  expect(String(error)).not.toMatch(/delete (that|the) directory/i)
  expect((await readdir(directory)).toSorted()).toEqual(['driftos.lock', ...Object.keys(files)].toSorted())
})

it('explains a missing permission, and does not advise to delete', async () => {
  if (process.getuid?.() === 0) {
    console.log('skipped: root has every permission')
    return
  }
  const directory = await makeDirectory({ PG_VERSION: '18' })
  await chmod(directory, 0o500)
  await expect(openDirectory(directory, log)).rejects.toThrow(/EACCES.*mode 700 and 600/)
})

it('starts over when its first start did not complete, and gives files mode 600', async () => {
  const directory = await makeDirectory({ 'driftos.incomplete': '', PG_VERSION: '18', half: '' })
  await chmod(join(directory, 'half'), 0o666)
  await openDirectory(directory, log)
  expect((await readdir(directory)).toSorted()).toEqual(['driftos.incomplete', 'driftos.lock'])
  for (const name of await readdir(directory)) expect((await stat(join(directory, name))).mode & 0o777).toBe(0o600)
  expect((await stat(directory)).mode & 0o777).toBe(0o700)
})

const unshare = ['unshare', '-n', '-p', '-f']
const canUnshare = spawnSync(unshare[0]!, [...unshare.slice(1), 'true']).status === 0

it('keeps a second process out of its data, in another network namespace too', async () => {
  const directory = await makeDirectory()
  const file = join(directory, 'driftos.lock')
  const prefix = canUnshare ? unshare : []
  if (!canUnshare) console.log('skipped: this user may not create namespaces, so one namespace is tested')
  const tryLock = () => {
    const [program, ...parameters] = [...prefix, 'flock', '-x', '-n', file, 'true']
    return spawnSync(program, parameters).status
  }
  const holder = spawn(
    prefix[0] ?? 'flock',
    [...prefix.slice(1), ...(canUnshare ? ['flock'] : []), file, 'sleep', '60'],
    {
      detached: true,
    },
  )
  const end = () => {
    if (holder.exitCode === null && holder.signalCode === null) process.kill(-holder.pid!, 'SIGKILL')
  }
  onTestFinished(end)
  await expect.poll(tryLock).toBe(1)
  expect(lockFile(file)).toBe('taken')
  await expect(openDirectory(directory, log)).rejects.toThrow('another process uses it')
  end()
  await expect.poll(() => lockFile(file)).toBe('locked')
  expect(tryLock()).toBe(1)
  expect(lockFile(file)).toBe('taken')
})
