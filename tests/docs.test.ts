import { existsSync, readFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { listDocuments, listSourceFiles, root } from './source-files.js'

const files = listSourceFiles()
const read = (file: string) => readFileSync(join(root, file), 'utf8')

describe.each(listDocuments())('%s', (document) => {
  const text = read(document)

  it('has no broken link', () => {
    const links = [...text.matchAll(/\]\((?!\w+:|#)([^)#\s]+)(?:#([^)\s]+))?\)/g)]
    const broken = links.filter(([, path, anchor]) => {
      const target = join(dirname(document), path!)
      if (!existsSync(join(root, target))) return true
      return anchor !== undefined && target.endsWith('.md') && !anchorsOf(read(target)).includes(anchor)
    })
    expect(broken.map(([link]) => link)).toEqual([])
  })

  it('names only files that exist', () => {
    const named = [
      ...text.replaceAll(/^```[^]*?^```/gm, '').matchAll(/`([\w.@-]+(?:\/[\w.@-]+)*\.(?:ts|js|mjs|yml|json))`/g),
    ]
    const unknown = named
      .map(([, path]) => path!)
      .filter((path) => !files.some((file) => file === path || file.endsWith(`/${path}`)))
    expect(unknown.filter((path) => !notInSources.has(path))).toEqual([])
  })
})

/** Files that a build writes or that other repositories have. */
const notInSources = new Set([
  '@driftos/ports/ports.json',
  '@driftos/ports/ports.schema.json',
  'driftos-ports.config.ts',
  'ports.json',
  'ports.ts',
])

/** Returns the anchors of a document's headings. */
function anchorsOf(text: string): string[] {
  return [...text.matchAll(/^#{1,6} (.+)$/gm)].map(([, heading]) =>
    heading!
      .toLowerCase()
      .replaceAll(/[^\p{L}\p{N}\s_-]/gu, '')
      .replaceAll(' ', '-'),
  )
}
