import { readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { brotliCompress, gzip } from 'node:zlib'
import type { Plugin } from 'vite'

/** Writes the compressed forms of scripts and styles beside them, for a server that sends what is there. */
export function compressed(): Plugin {
  return {
    name: 'driftos-compressed',
    async writeBundle({ dir }, bundle) {
      const names = Object.keys(bundle).filter((name) => /\.(js|css)$/.test(name))
      const writeBoth = async (name: string) => {
        const path = join(dir!, name)
        const content = await readFile(path)
        await writeFile(`${path}.gz`, await promisify(gzip)(content, { level: 9 }))
        await writeFile(`${path}.br`, await promisify(brotliCompress)(content))
      }
      await Promise.all(names.map((name) => writeBoth(name)))
    },
  }
}
