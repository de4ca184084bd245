import { parseEnv } from 'node:util'
import { resolvePorts, PORTS } from '@driftos/ports'
import { parse } from 'dotenv'
import { describe, expect, it } from 'vitest'
import { envExample } from './env-example.js'
import { registry, registryWith } from './fake-registry.fixture.js'

const parsers = [
  ['Node.js', parseEnv],
  ['dotenv', parse],
] as const

describe.each(parsers)('envExample, read by %s', (_, read) => {
  it('sets nothing as it is', () => {
    expect({ ...read(envExample.render(registry)) }).toEqual({})
  })

  it('sets every variable to its default once the lines are used', () => {
    const variables = { ...read(uncommented()) }
    for (const { variable, port } of Object.values(registry.services)) expect(variables[variable]).toBe(String(port))
    expect(variables).toMatchObject({ DRIFTOS_PORT_OFFSET: '0', GATEWAY_HOST: 'localhost' })
    expect(resolvePorts(variables)).toEqual(PORTS)
  })
})

describe('envExample', () => {
  it('speaks of a database only where there is one', () => {
    const { postgres, ...others } = registry.services
    expect(postgres!.scheme).toBe('postgresql')
    expect(envExample.render(registry)).toContain('DATABASE_URL')
    expect(envExample.render({ ...registry, services: others })).not.toMatch(/DATABASE_URL|POSTGRES/)
  })

  it('changes the line of a service that moves, and no other', () => {
    const moved = envExample.render(registryWith('core', { port: 4321 }))
    expect(moved).toBe(
      envExample.render(registry).replace(`# CORE_PORT=${registry.services['core']!.port}`, '# CORE_PORT=4321'),
    )
  })
})

function uncommented(): string {
  return envExample.render(registry).replaceAll(/^# (?=[A-Z_]+=)/gm, '')
}
