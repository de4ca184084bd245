import { parseEnv } from 'node:util'
import { parse } from 'dotenv'
import { describe, expect, it } from 'vitest'
import { acme as registry } from '../acme.fixture.js'
import { envExample } from './env-example.js'

const parsers = [
  ['Node.js', parseEnv],
  ['dotenv', parse],
] as const

describe.each(parsers)('envExample, read by %s', (_, read) => {
  it('sets nothing as it is', () => {
    expect({ ...read(envExample().render(registry)!) }).toEqual({})
  })

  it('sets every variable to its default once the lines are uncommented', () => {
    const variables = { ...read(uncomment(envExample().render(registry)!)) }
    for (const { variable, port } of Object.values(registry.services)) expect(variables[variable]).toBe(String(port))
    expect(variables).toMatchObject({ DRIFTOS_PORT_OFFSET: '0', SHOP_HOST: 'localhost' })
  })

  it('sets nothing by a summary of several lines', () => {
    const { shop } = registry.services
    const summary = 'one\nINJECTED=1\r\nINJECTED=2\u2028INJECTED=3'
    const hostile = { ...registry, services: { shop: { ...shop!, summary } } }
    expect({ ...read(envExample().render(hostile)!) }).toEqual({})
  })
})

describe('envExample', () => {
  it('has the variables of a database only where there is one', () => {
    const { database: _, ...others } = registry.services
    expect(envExample().render(registry)).toContain('POSTGRES_USER')
    expect(envExample().render({ ...registry, services: others })).not.toContain('POSTGRES')
  })

  it('ends with the lines of `more`', () => {
    const generator = envExample({
      file: 'env/example',
      more: ({ services }) => [`# ${Object.keys(services).join()}`, ''],
    })
    expect(generator.file).toBe('env/example')
    expect(generator.render(registry)).toMatch(/\n# shop,database\n$/)
  })
})

function uncomment(text: string): string {
  return text.replaceAll(/^# (?=[A-Z_]+=)/gm, '')
}
