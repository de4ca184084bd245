import { Ajv2020, type Schema } from 'ajv/dist/2020.js'
import { describe, expect, it } from 'vitest'
import manifest from '../package.json' with { type: 'json' }
import * as registry from '../src/registry.js'
import { acceptedFields, refusedFields, refusedNames } from '../src/fields.fixture.js'
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

  /** The document with one field of its first service changed. */
  const changed = (field: string, value: unknown) => {
    const [[name, service]] = Object.entries(published.services) as [[string, Record<string, unknown>]]
    const document = { ...published, services: { ...published.services, [name]: { ...service, [field]: value } } }
    // As JSON has it: NaN is null there, and an undefined field is absent.
    return { name, document: JSON.parse(JSON.stringify(document)) as unknown }
  }

  it.each([
    ...refusedFields,
    { field: 'prot', value: 1 },
    { field: 'port', value: 81 },
    { field: 'port', value: 40_000 },
  ])('refuses $field = $value', ({ field, value }) => {
    const { name, document } = changed(field, value)
    const paths = errorsIn(document)?.map(({ instancePath }) => instancePath) ?? []
    expect(paths).not.toEqual([])
    for (const path of paths) expect(path.startsWith(`/services/${name}`)).toBe(true)
  })

  it.each(acceptedFields)('accepts $field = $value', ({ field, value }) => {
    expect(errorsIn(changed(field, value).document)).toEqual([])
  })

  it.each(refusedNames)('refuses the name %j', (name) => {
    const [service] = Object.values(published.services)
    const services: unknown = JSON.parse(`{ ${JSON.stringify(name)}: ${JSON.stringify(service)} }`)
    expect(errorsIn({ ...published, services })).not.toEqual([])
  })
})
