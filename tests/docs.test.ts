import { existsSync, readFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { execFileSync } from 'node:child_process'
import { describe, expect, it } from 'vitest'

const root = fileURLToPath(new URL('..', import.meta.url))
const tracked = execFileSync('git', ['ls-files'], { cwd: root, encoding: 'utf8' }).split('\n').filter(Boolean)
const documents = tracked.filter((file) => file.endsWith('.md') && !/CHANGELOG|\.changeset|fixture|corpus/.test(file))
const read = (file: string) => readFileSync(join(root, file), 'utf8')

describe.each(documents)('%s', (document) => {
  const text = read(document)

  it('links to what there is', () => {
    const links = [...text.matchAll(/\]\((?!\w+:|#)([^)#\s]+)(?:#([^)\s]+))?\)/g)]
    const broken = links.filter(([, path, anchor]) => {
      const target = join(dirname(document), path!)
      if (!existsSync(join(root, target))) return true
      return anchor !== undefined && target.endsWith('.md') && !anchorsOf(read(target)).includes(anchor)
    })
    expect(broken.map(([link]) => link)).toEqual([])
  })

  it('names files that there are', () => {
    const named = [
      ...text.replaceAll(/^```[^]*?^```/gm, '').matchAll(/`([\w.@-]+(?:\/[\w.@-]+)*\.(?:ts|js|mjs|yml|json))`/g),
    ]
    const unknown = named
      .map(([, path]) => path!)
      .filter((path) => !tracked.some((file) => file === path || file.endsWith(`/${path}`)))
    expect(unknown.filter((path) => !elsewhere.has(path))).toEqual([])
  })
})

/** What is made by a build, or stands in other repositories. */
const elsewhere = new Set([
  '@driftos/ports/ports.json',
  '@driftos/ports/ports.schema.json',
  'driftos-ports.config.ts',
  'ports.json',
])

/** The anchors that a Markdown viewer makes of headings. */
function anchorsOf(text: string): string[] {
  return [...text.matchAll(/^#{1,6} (.+)$/gm)].map(([, heading]) =>
    heading!
      .toLowerCase()
      .replaceAll(/[^\p{L}\p{N}\s_-]/gu, '')
      .replaceAll(' ', '-'),
  )
}
