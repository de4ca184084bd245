import { parseEnv } from 'node:util'
import type { RegistryDefinition } from '@driftos/ports/define'
import { describe, expect, it } from 'vitest'
import { parse } from 'yaml'
import { compose } from './compose.js'
import { generators } from './index.js'
import { kubernetesIngress } from './kubernetes-network.js'
import { kubernetesApps } from './kubernetes.js'
import { add, change, findUnusedPorts, move, names, registry, retire } from './registry.fixture.js'
import { parseManifest, validateCompose, validateManifest } from './validate.fixture.js'

const [unused = 0, other = 0] = findUnusedPorts(2)

/** Every generated text by file and region, validated by its format's own parser. */
function renderAll(from: RegistryDefinition): Record<string, string> {
  const texts: Record<string, string> = {}
  for (const { file, region, render } of generators) {
    const text = render(from)
    expect(render(from), file).toBe(text)
    if (text === undefined) continue
    expect(text, file).toMatch(/[^\n]\n$/)
    texts[region === undefined ? file : `${file}, ${region}`] = text
    if (/\.ya?ml$/.test(file) && file !== kubernetesApps.file && file !== kubernetesIngress.file) parse(text)
    if (file.endsWith('.json') && region === undefined) JSON.parse(text)
  }
  const composed = texts[compose.file]
  if (composed !== undefined) expect(validateCompose(parse(composed)) ? [] : validateCompose.errors).toEqual([])
  const manifests = [kubernetesApps, kubernetesIngress].flatMap(({ file }) => parseManifest(texts[file] ?? ''))
  for (const manifest of manifests) {
    expect(() => validateManifest(manifest)).not.toThrow()
  }
  expect({ ...parseEnv(texts['.env.example']!) }).toEqual({})
  return texts
}

describe.each(names)('the generated files after a change of %s', (name) => {
  it('differ in the number alone once the service has moved', () => {
    const before = renderAll(move(registry, name, unused))
    const after = renderAll(move(registry, name, other))
    expect(Object.keys(after)).toEqual(Object.keys(before))
    for (const [file, text] of Object.entries(before)) {
      expect(after[file], file).toBe(text.replaceAll(new RegExp(`\\b${unused}\\b`, 'g'), String(other)))
    }
    expect(before['docs/PORTS.md']).toContain(String(unused))
  })

  it('contain nothing of the service once it is retired, but its number among the retired ones', () => {
    const unique = { containerName: 'unique-container', variable: 'UNIQUE_NAME_PORT', summary: 'Unique words' } as const
    const texts = renderAll(retire(change(move(registry, name, unused), name, unique), name))
    for (const [file, text] of Object.entries(texts)) {
      expect(text, file).not.toMatch(/unique-container|UNIQUE_NAME|Unique words/)
      if (file !== 'docs/PORTS.md') expect(text, file).not.toContain(String(unused))
    }
  })
})

describe.each(['api', 'database', 'server', 'proxy', 'billing', 'worker'])('the generated files after add %s', (name) => {
  it('have the service in the documents, the variables and the cluster', () => {
    const added = add(registry, name)
    const texts = renderAll(added)
    const { port, variable, containerName } = added.services[name]!
    expect(texts['README.md, port-table']).toContain(`| \`${name}\` | ${port} |`)
    expect(texts['.env.example']).toContain(`# ${variable}=${port}\n`)
    expect(parseManifest(texts[kubernetesApps.file]!)).toContainEqual(
      expect.objectContaining({ kind: 'Service', metadata: expect.objectContaining({ name: containerName }) }),
    )
  })
})

describe('generators', () => {
  it('render when services are retired one after another, until none is left', () => {
    let left = registry
    for (const name of names) {
      left = retire(left, name)
      renderAll(left)
    }
    expect(Object.keys(left.services)).toEqual([])
    expect(compose.render(left)).toBeUndefined()
  })

  it('name each whole file once, from the root and with slashes', () => {
    const files = generators.map(({ file, region }) => `${file} ${region ?? ''}`)
    expect(new Set(files).size).toBe(files.length)
    for (const { file } of generators) expect(file).toMatch(/^[\w.][\w./-]*$/)
  })

  it('keep a text on its line, whatever it contains', () => {
    const hostile = 'one | two\nINJECTED=1\r\n<!-- /port-table --> \\ `code` # : - "quoted" \u2028end'
    const [name = ''] = names
    const texts = renderAll(change(registry, name, { summary: hostile }))
    expect(texts['README.md, port-table']!.split('\n').length).toBe(names.length + 3)
    expect(texts['README.md, port-table']).not.toContain('<!--')
    expect(texts['README.md, port-table']).toContain(String.raw`one \| two`)
  })
})
