import { readFile } from 'node:fs/promises'
import { describe, expect, it } from 'vitest'

const page = await readFile(new URL('../docs/RELIABILITY.md', import.meta.url), 'utf8')
const rows = page.split('\n').filter((line) => line.startsWith('|') && !/^\| (injected fault \||---)/.test(line))

describe('docs/RELIABILITY.md', () => {
  it.each(rows)('links to an existing test: %s', async (row) => {
    const { title, file } = /\| \[(?<title>[^\]]+)\]\(\.\.\/(?<file>[^)]+\.test\.ts)\) \|$/.exec(row)!.groups!
    const source = await readFile(new URL(`../${file}`, import.meta.url), 'utf8')
    expect(source).toContain(`'${title}'`)
  })
})
