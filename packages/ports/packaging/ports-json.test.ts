import { Ajv2020, type Schema } from 'ajv/dist/2020.js'
import { describe, expect, it } from 'vitest'
import manifest from '../package.json' with { type: 'json' }
import * as registry from '../src/registry.js'
import { distFile, readJson } from './built-package.js'

interface PortsJson {
  $schema: string
  version: string
  services: Record<string, Record<string, unknown>>
}

const published = await readJson<PortsJson>(distFile('ports.json'))
const schema = await readJson<Schema>(distFile('ports.schema.json'))

describe('ports.json', () => {
  it('equals the registry', () => {
    expect(published).toEqual({
      $schema: './ports.schema.json',
      version: manifest.version,
      services: registry.services,
      ranges: registry.ranges,
      history: registry.history,
      retired: registry.retired,
    })
  })

  it('keeps the order of the registry', () => {
    expect(Object.keys(published.services)).toEqual(Object.keys(registry.services))
  })
})

describe('ports.schema.json', () => {
  const validate = new Ajv2020({ strict: true, allErrors: true }).compile(schema)
  const errorsIn = (document: unknown) => (validate(document) ? [] : validate.errors)

  it('accepts ports.json', () => {
    expect(errorsIn(published)).toEqual([])
  })

  it.each([
    { case: 'port 0', change: { port: 0 }, where: '/services/core/port' },
    { case: 'a port above 65535', change: { port: 65_536 }, where: '/services/core/port' },
    { case: 'a port as text', change: { port: '3001' }, where: '/services/core/port' },
    { case: 'a variable that does not end in _PORT', change: { variable: 'CORE' }, where: '/services/core/variable' },
    { case: 'a health path without a slash', change: { healthPath: 'health' }, where: '/services/core/healthPath' },
    { case: 'a field that it does not know', change: { prot: 3001 }, where: '/services/core' },
  ])('refuses $case', ({ change, where }) => {
    const core = { ...published.services['core'], ...change }
    const errors = errorsIn({ ...published, services: { ...published.services, core } })
    expect(errors?.map(({ instancePath }) => instancePath)).toEqual([where])
  })
})
