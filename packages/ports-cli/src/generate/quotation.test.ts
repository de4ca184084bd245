import { readFile } from 'node:fs/promises'
import { describe, expect, it } from 'vitest'
import { registry, registryWith } from './fake-registry.fixture.js'
import { quotations, quoteInto } from './quotation.js'

describe.each(quotations)('the numbers in $file', (quotation) => {
  const read = () => readFile(new URL(`../../../../${quotation.file}`, import.meta.url), 'utf8')

  it('are those of the registry, and stay as they are', async () => {
    const text = await read()
    expect(quoteInto(text, quotation, registry)).toBe(text)
  })

  it('change with a service that moves, and nothing else does', async () => {
    const moved = registryWith('demo', { port: 54_321 })
    const text = await read()
    const { port } = registry.services['demo']!
    expect(quoteInto(text, quotation, moved).replaceAll('54321', `${port}`)).toBe(text)
  })

  it('wait for a person when their service is gone', async () => {
    const { demo: _, ...services } = registry.services
    const text = await read()
    expect(quoteInto(text, quotation, { ...registry, services })).toBe(text)
  })

  it('are missed when the text no longer has them', () => {
    expect(() => quoteInto('# Nothing quoted\n', quotation, registry)).toThrow(
      `${quotation.file} has to quote the registry where /`,
    )
  })
})
