import { readFile } from 'node:fs/promises'
import { describe, expect, it } from 'vitest'
import { findService } from './lookup.js'
import type { RetiredService, ServiceDefinition } from './registry.js'
import { history, PORTS, ranges, registered, retired, schemes, services } from './tables.js'
import type { ServiceName } from './types.js'

describe('PORTS', () => {
  it('is frozen', () => {
    expect(Object.isFrozen(PORTS)).toBe(true)
    expect(() => Object.assign(PORTS, { [Object.keys(PORTS)[0]!]: 1 })).toThrow(TypeError)
    expect(() => Object.assign(PORTS, { nobody: 1 })).toThrow(TypeError)
  })
})

describe('services', () => {
  it('has a summary of one line for each service', () => {
    for (const { summary } of Object.values(services)) expect(summary).toMatch(/\S/)
  })

  it('is the source of the other columns', () => {
    for (const [name, { port, variable, scheme }] of Object.entries(services)) {
      const key = name as keyof typeof services
      expect([PORTS[key], schemes[key]]).toEqual([port, scheme])
      expect(registered[key]).toMatchObject({ port, variable })
    }
  })
})

describe('history', () => {
  it('has a reason for every move', () => {
    for (const { reason } of history) expect(reason).not.toBe('')
  })

  it.each([...new Set(history.map(({ service }) => service))])('leads %s, move by move, to its port', (service) => {
    const moves = history.filter((move) => move.service === service)
    const tombstones: Readonly<Record<string, RetiredService>> = retired
    const last: number = PORTS[service as ServiceName] ?? tombstones[service]?.port
    expect(moves.map(({ to }) => to)).toEqual([...moves.slice(1).map(({ from }) => from), last])
  })

  it.each([...new Set(history.map(({ from }) => from))])('gives %i to no service, or to one with a reason', (port) => {
    const holders = Object.values<ServiceDefinition>(services).filter((service) => service.port === port)
    for (const { reuses } of holders) expect(reuses).toMatch(/\w/)
    expect(findService(port)?.status).toBe(holders.length > 0 ? 'assigned' : 'retired')
  })
})

it.each(Object.entries({ services, ranges, history, retired }))('%s is frozen to its depth', (_, table) => {
  expect(unfrozenParts(table)).toEqual([])
})

describe('registry.ts', () => {
  it('gives each service one line, sorted by port', async () => {
    const source = await readFile(new URL('registry.ts', import.meta.url), 'utf8')
    const [, table] = /^export const services = \{\n([^]*?)^\}/m.exec(source)!
    const lines = [...table!.matchAll(/^ {2}(\w+): +\{ port: (\d+),.*\},$/gm)].map(([, name, port]) => [
      name,
      Number(port),
    ])
    expect(lines).toEqual(Object.entries(PORTS).toSorted(([, one], [, other]) => one - other))
  })
})

function unfrozenParts(value: unknown, path = ''): string[] {
  if (typeof value !== 'object' || value === null) return []
  const inner = Object.entries(value).flatMap(([key, part]) => unfrozenParts(part, `${path}/${key}`))
  return Object.isFrozen(value) ? inner : [path, ...inner]
}
