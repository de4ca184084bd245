import { readFile } from 'node:fs/promises'
import { describe, expect, it } from 'vitest'
import { history, PORTS, ranges, schemes, services, variables } from './tables.js'

describe('PORTS', () => {
  it("holds the contract's numbers", () => {
    expect(PORTS).toEqual({
      gateway: 3000,
      core: 3001,
      embed: 3002,
      website: 3004,
      demo: 3005,
      coreGrafana: 3010,
      embedGrafana: 3020,
      prometheus: 9091,
      postgres: 5433,
      legacyEmbedding: 8100,
    })
  })

  it('is frozen', () => {
    expect(Object.isFrozen(PORTS)).toBe(true)
    expect(() => Object.assign(PORTS, { core: 1 })).toThrow(TypeError)
    expect(() => Object.assign(PORTS, { billing: 1 })).toThrow(TypeError)
  })
})

describe('services', () => {
  it("holds the contract's table", () => {
    const columns = Object.entries(services).map(([name, service]) => [
      name,
      service.containerName,
      service.port,
      service.containerPort,
      service.variable,
      service.scheme,
      service.healthPath,
      service.metricsPath,
      service.group,
      service.status,
    ])
    const none = undefined
    // prettier-ignore
    expect(columns).toEqual([
      ['gateway',         'driftos-gateway',          3000, none, 'GATEWAY_PORT',       'http',       '/health',     '/metrics', 'services',     'active'],
      ['core',            'driftos-core',             3001, none, 'CORE_PORT',          'http',       '/health',     '/metrics', 'services',     'active'],
      ['embed',           'driftos-embed-enterprise', 3002, none, 'EMBED_PORT',         'http',       '/health',     '/metrics', 'services',     'active'],
      ['website',         'driftos-website',          3004, none, 'WEBSITE_PORT',       'http',       '/health',     none,       'services',     'active'],
      ['demo',            'driftos-demo',             3005, none, 'DEMO_PORT',          'http',       '/health',     none,       'services',     'active'],
      ['coreGrafana',     'grafana',                  3010, 3000, 'GRAFANA_PORT',       'http',       '/api/health', none,       'coreSupport',  'active'],
      ['embedGrafana',    'embed-grafana',            3020, 3000, 'EMBED_GRAFANA_PORT', 'http',       '/api/health', none,       'embedSupport', 'active'],
      ['postgres',        'postgres',                 5433, 5432, 'POSTGRES_PORT',      'postgresql', none,          none,       none,           'active'],
      ['legacyEmbedding', 'embedding-server',         8100, none, 'EMBEDDING_PORT',     'http',       '/health',     none,       none,           'legacy'],
      ['prometheus',      'prometheus',               9091, 9090, 'PROMETHEUS_PORT',    'http',       '/-/healthy',  none,       'monitoring',   'active'],
    ])
  })

  it('says in a few words what each service is for', () => {
    for (const { summary } of Object.values(services)) expect(summary).toMatch(/^[A-Z].{4,60}[^.]$/)
  })

  it('is the source of the other columns', () => {
    for (const [name, { port, variable, scheme }] of Object.entries(services)) {
      const key = name as keyof typeof services
      expect([PORTS[key], variables[key], schemes[key]]).toEqual([port, variable, scheme])
    }
  })
})

describe('ranges', () => {
  it("holds the contract's ranges", () => {
    const spans = Object.entries(ranges).map(([name, { first, last, reserved }]) => [name, first, last, reserved])
    expect(spans).toEqual([
      ['services', 3000, 3009, { first: 3006, last: 3009 }],
      ['coreSupport', 3010, 3019, undefined],
      ['embedSupport', 3020, 3029, undefined],
      ['monitoring', 9000, 9999, undefined],
    ])
  })
})

describe('history', () => {
  it("holds the contract's moves, oldest first", () => {
    expect(history.map(({ service, from, to }) => [service, from, to])).toEqual([
      ['coreGrafana', 3002, 3010],
      ['embedGrafana', 3002, 3020],
      ['gateway', 3003, 3000],
    ])
    for (const { reason } of history) expect(reason).not.toBe('')
  })
})

it.each(Object.entries({ services, ranges, history }))('%s is frozen to its depth', (_, table) => {
  expect(unfrozenParts(table)).toEqual([])
})

describe('registry.ts', () => {
  it('gives each service one line, sorted by port', async () => {
    const source = await readFile(new URL('registry.ts', import.meta.url), 'utf8')
    const lines = [...source.matchAll(/^ {2}(\w+): +\{ port: (\d+),.*\},$/gm)].map(([, name, port]) => [
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
