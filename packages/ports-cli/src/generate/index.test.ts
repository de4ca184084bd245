import { readFile } from 'node:fs/promises'
import type { ServiceName } from '@driftos/ports'
import { describe, expect, it } from 'vitest'
import { generatedNotice } from './artifact.js'
import { registry, registryWith } from './fake-registry.fixture.js'
import { listArtifacts } from './index.js'

describe('listArtifacts', () => {
  it.each(['core', 'website', 'demo', 'legacyEmbedding', 'prometheus'] satisfies ServiceName[])(
    'changes exactly the lines that name the port of %s when it moves',
    (service) => {
      // From and to a number that nothing else names.
      const before = render(registryWith(service, { port: 4320 }))
      const after = render(registryWith(service, { port: 4321 }))
      expect(Object.keys(after)).toEqual(Object.keys(before))
      for (const [file, text] of Object.entries(before))
        expect(after[file], file).toBe(text.replaceAll(/\b4320\b/g, '4321'))
      expect(before['docs/PORTS.md']).not.toBe(after['docs/PORTS.md'])
    },
  )

  it('names each file once, from the root and with slashes', () => {
    const files = listArtifacts(registry).map(({ file }) => file)
    expect(new Set(files).size).toBe(files.length)
    for (const file of files) expect(file).toMatch(/^[\w.][\w./-]*$/)
  })

  it('says of every whole file that can hold a comment that it is generated', () => {
    const whole = listArtifacts(registry).filter(({ file, markers }) => !markers && !file.endsWith('.json'))
    for (const artifact of whole)
      expect(artifact.render(registry).split('\n')[0], artifact.file).toContain(generatedNotice)
  })

  it('are those whose markers the README gives', async () => {
    const readme = await readFile(new URL('../../README.md', import.meta.url), 'utf8')
    for (const { markers } of listArtifacts(registry))
      for (const marker of Object.values(markers ?? {})) expect(readme).toContain(marker)
  })

  it('ends every text in one newline', () => {
    for (const text of Object.values(render(registry))) expect(text).toMatch(/[^\n]\n$/)
  })
})

function render(from: typeof registry): Record<string, string> {
  return Object.fromEntries(listArtifacts(from).map((artifact) => [artifact.file, artifact.render(from)]))
}
