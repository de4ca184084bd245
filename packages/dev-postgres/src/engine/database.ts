import { existsSync, readdirSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { PGlite } from '@electric-sql/pglite'
import { vector } from '@electric-sql/pglite-pgvector'
import { fsync } from './hooks.js'
import { readTemplate, writeTemplate } from './template.js'

/**
 * Opens the data, with pgvector. New data is a copy of the template in the user's cache, because to initialise it takes ten
 * seconds of processor time. Without a usable template, makes one.
 *
 * @param dataDir - the data directory; without one, the data is in memory
 * @param cache - the directory of the template; undefined to keep none
 */
export async function openDatabase(dataDir: string | undefined, cache: string | undefined): Promise<PGlite> {
  if (dataDir !== undefined && existsSync(join(dataDir, 'PG_VERSION'))) return open(dataDir)
  const template = readTemplate(cache)
  if (template) {
    try {
      return await open(dataDir, template)
    } catch (error) {
      // An error of the file system: a full disk, a missing permission.
      if ((error as { errno?: number }).errno !== undefined) throw error
      if (dataDir !== undefined) removeData(dataDir)
    }
  }
  const db = await open(undefined)
  await db.exec('checkpoint')
  const archive = await db.dumpDataDir('none')
  writeTemplate(cache, new Uint8Array(await archive.arrayBuffer()))
  if (dataDir === undefined) return db
  await db.close()
  return open(dataDir, archive)
}

async function open(dataDir: string | undefined, template?: Blob): Promise<PGlite> {
  const db = await PGlite.create({
    ...(dataDir === undefined ? {} : { dataDir }),
    ...(template && { loadDataDir: template }),
    extensions: { vector, fsync },
    startParams: [
      ...PGlite.defaultStartParams.filter((parameter) => parameter !== '-F'),
      '-c',
      'wal_sync_method=fsync',
    ],
  })
  await db.exec('create extension if not exists vector')
  return db
}

/** Removes a part of a template, but not the files of `openDirectory`. */
function removeData(dataDir: string): void {
  for (const name of readdirSync(dataDir))
    if (!name.startsWith('driftos.')) rmSync(join(dataDir, name), { recursive: true, force: true })
}
