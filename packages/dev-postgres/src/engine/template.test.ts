import { randomBytes } from 'node:crypto'
import { chmod, mkdtemp, readdir, readFile, rm, stat, truncate, utimes, writeFile } from 'node:fs/promises'
import { homedir, tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'
import type { PGlite } from '@electric-sql/pglite'
import { execa } from 'execa'
import fc from 'fast-check'
import { describe, expect, it, onTestFinished } from 'vitest'
import { openDatabase } from './database.js'
import { findCache, readTemplate, writeTemplate } from './template.js'

async function makeCache(): Promise<string> {
  const directory = await mkdtemp(join(tmpdir(), 'driftos-cache-'))
  onTestFinished(() => rm(directory, { recursive: true, force: true }))
  return join(directory, 'driftos')
}

/** Writes a template; returns its file. */
async function makeTemplate(cache: string, archive: Uint8Array): Promise<string> {
  writeTemplate(cache, archive)
  const [name] = await readdir(cache)
  return join(cache, name!)
}

const read = async (cache: string) => Buffer.from((await readTemplate(cache)?.arrayBuffer()) ?? new ArrayBuffer())

describe('readTemplate', () => {
  it('returns what was written last, readable only for the user', async () => {
    const cache = await makeCache()
    expect(readTemplate(cache)).toBeUndefined()
    await makeTemplate(cache, randomBytes(1000))
    const archive = randomBytes(1000)
    const file = await makeTemplate(cache, archive)
    expect(await read(cache)).toEqual(archive)
    expect(await readdir(cache)).toHaveLength(1)
    expect((await stat(cache)).mode & 0o777).toBe(0o700)
    expect((await stat(file)).mode & 0o777).toBe(0o600)
  })

  it('returns nothing for a damaged one', async () => {
    const cache = await makeCache()
    const file = await makeTemplate(cache, randomBytes(500))
    const whole = await readFile(file)
    await fc.assert(
      fc.asyncProperty(fc.nat(whole.length - 1), fc.integer({ min: 1, max: 255 }), async (index, change) => {
        const damaged = Buffer.from(whole)
        damaged[index]! ^= change
        await writeFile(file, damaged)
        expect(readTemplate(cache)).toBeUndefined()
        await writeFile(file, whole)
        await truncate(file, index)
        expect(readTemplate(cache)).toBeUndefined()
      }),
    )
  })

  it('returns nothing for a template of another version', async () => {
    const cache = await makeCache()
    const file = await makeTemplate(cache, randomBytes(10))
    await writeFile(file.replace(/postgres-[\d.]+/, 'postgres-0.0.1'), await readFile(file))
    await rm(file)
    expect(readTemplate(cache)).toBeUndefined()
  })
})

describe('writeTemplate', () => {
  it.each([
    ['that is a file', async (cache: string) => writeFile(cache, '')],
    [
      'without permission to write',
      async (cache: string) => {
        await chmod(join(cache, '..'), 0o500)
        onTestFinished(() => chmod(join(cache, '..'), 0o700))
      },
    ],
  ])('ignores a cache %s', async (name, prepare) => {
    if (name.includes('permission') && process.getuid?.() === 0) {
      console.log('skipped: root has every permission')
      return
    }
    const cache = await makeCache()
    await prepare(cache)
    writeTemplate(cache, randomBytes(10))
    expect(readTemplate(cache)).toBeUndefined()
  })

  it('ignores a missing cache', () => {
    writeTemplate(undefined, randomBytes(10))
    expect(readTemplate(undefined)).toBeUndefined()
  })

  it('leaves a whole template when several processes write one and are killed', async () => {
    const cache = await makeCache()
    const script = fileURLToPath(new URL('template.fixture.ts', import.meta.url))
    const writers = Array.from({ length: 3 }, () =>
      execa(process.execPath, ['--import', import.meta.resolve('tsx'), script, cache], { reject: false }),
    )
    onTestFinished(() => writers.forEach((writer) => writer.kill('SIGKILL')))
    await Promise.all(writers.map((writer) => new Promise((resolve) => writer.stdout.once('data', resolve))))
    for (const writer of writers) {
      for (let n = 0; n < 20; n++) {
        expect(await read(cache)).toHaveLength(1024 * 1024)
        await delay(3)
      }
      writer.kill('SIGKILL')
      await writer
    }
    expect(await read(cache)).toHaveLength(1024 * 1024)
  })

  it('removes partial files of an earlier day, but not those of other writers', async () => {
    const cache = await makeCache()
    const file = await makeTemplate(cache, randomBytes(10))
    const [old, recent] = [`${file}.old.partial`, `${file}.recent.partial`]
    for (const path of [old, recent]) await writeFile(path, '')
    await utimes(old, 0, 0)
    await makeTemplate(cache, randomBytes(10))
    expect((await readdir(cache)).map((name) => join(cache, name)).toSorted()).toEqual([file, recent].toSorted())
  })
})

describe('findCache', () => {
  it.runIf(process.platform !== 'win32').each([
    ['XDG_CACHE_HOME', { XDG_CACHE_HOME: '/caches' }, '/caches/driftos'],
    ['the home directory', {}, join(homedir(), '.cache', 'driftos')],
    ['the home directory instead of a relative path', { XDG_CACHE_HOME: 'x' }, join(homedir(), '.cache', 'driftos')],
  ])('uses %s', (_of, env, directory) => {
    expect(findCache(env)).toBe(directory)
  })
})

describe('openDatabase', () => {
  const identify = async (db: PGlite) =>
    (await db.query<{ id: string }>('select system_identifier::text as id from pg_control_system()')).rows[0]!.id

  it('initialises data in place of a template that is no database, and copies the next from it', async () => {
    const cache = await makeCache()
    const directory = join(cache, '..', 'data')
    // Whole, and for PGlite a data directory, but not for PostgreSQL.
    const file = await makeTemplate(cache, tarOf('/PG_VERSION', '18\n'))
    const before = await readFile(file)
    const first = await openDatabase(directory, cache)
    await first.exec("create table kept (v vector(2)); insert into kept values ('[1,2]')")
    const id = await identify(first)
    await first.close()
    expect(await readFile(file)).not.toEqual(before)

    const again = await openDatabase(directory, undefined)
    expect((await again.query('select * from kept')).rows).toEqual([{ v: '[1,2]' }])
    await again.close()

    const copy = await openDatabase(undefined, cache)
    expect(await identify(copy)).toBe(id)
    expect((await copy.query("select to_regclass('kept') as kept")).rows).toEqual([{ kept: null }])
    await copy.close()
  }, 180_000)
})

/** Returns a tar archive of one file. */
function tarOf(name: string, text: string): Buffer {
  const block = Buffer.alloc(1024 + 1024)
  block.write(name, 0)
  block.write('0000600\0', 100)
  block.write(`${Buffer.byteLength(text).toString(8).padStart(11, '0')}\0`, 124)
  block.write('00000000000\0', 136)
  block.write('        0', 148)
  block.write('ustar\u000000', 257)
  const sum = block.subarray(0, 512).reduce((total, byte) => total + byte, 0)
  block.write(`${sum.toString(8).padStart(6, '0')}\0 `, 148)
  block.write(text, 512)
  return block
}
