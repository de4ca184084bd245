import { isDeepStrictEqual } from 'node:util'
import type { Move } from '@driftos/ports/define'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { compare, greatest, isEnough, rules } from './diff.js'
import { exampleSource } from './project.fixture.js'
import { readTables, type Tables } from '../project/source.js'

const example = readTables(exampleSource, 'registry.ts')

const word = fc.constantFrom('a', 'b')
const port = fc.integer({ min: 1, max: 4 })
const span = fc.record({ first: port, last: port })
const service = fc.record(
  {
    port,
    containerPort: port,
    containerName: word,
    variable: fc.constantFrom('A_PORT', 'B_PORT'),
    scheme: fc.constantFrom('http', 'postgresql'),
    healthPath: fc.constantFrom('/a', '/b'),
    healthText: word,
    metricsPath: fc.constantFrom('/a', '/b'),
    group: word,
    status: fc.constantFrom('active', 'legacy'),
    summary: word,
    reuses: word,
    pinned: word,
    aliases: fc.array(word, { minLength: 1, maxLength: 2 }),
  },
  { requiredKeys: ['port', 'containerName', 'variable', 'scheme', 'status', 'summary'] },
)
const name = fc.constantFrom('core', 'demo', 'constructor')
/** Registries with few possible parts, so that two of them often share some. */
const registry = fc.record({
  services: fc.dictionary(name, service),
  ranges: fc.dictionary(
    name,
    fc.record(
      { first: port, last: port, summary: word, reserved: span },
      { requiredKeys: ['first', 'last', 'summary'] },
    ),
  ),
  history: fc.array(fc.record({ service: name, from: port, to: port, reason: word }), { maxLength: 3 }),
  retired: fc.dictionary(name, fc.record({ port, reason: word })),
}) as unknown as fc.Arbitrary<Tables>

const words = new Set(['summary', 'aliases', 'reuses', 'pinned', 'reason'])

/** Returns every value that a program can depend on; a field that a service does not have is a value too. */
function factsOf({ services, ranges, history, retired }: Tables): Set<string> {
  const fields = ['containerPort', 'healthPath', 'healthText', 'metricsPath', 'group']
  const absent = Object.fromEntries(fields.map((field) => [field, undefined]))
  const facts = [
    ...Object.entries(services).flatMap(([key, entry]) => fieldFacts(`services.${key}`, { ...absent, ...entry })),
    ...Object.entries(ranges).flatMap(([key, { first, last, reserved }]) =>
      fieldFacts(`ranges.${key}`, { first, last, reserved: JSON.stringify(reserved) }),
    ),
    ...Object.entries(retired).map(([key, entry]) => `retired.${key}=${entry.port}`),
  ]
  // Several equal entries are several facts.
  const counts = new Map<string, number>()
  for (const { service: mover, from, to } of history) {
    const key = `${mover} ${from} ${to}`
    counts.set(key, (counts.get(key) ?? 0) + 1)
    facts.push(`history.${key}.${counts.get(key)}`)
  }
  return new Set(facts)
}

function fieldFacts(path: string, entry: object): string[] {
  return Object.entries(entry)
    .filter(([field]) => !words.has(field))
    .map(([field, value]) => `${path}.${field}=${String(value)}`)
}

function bumpOf(before: Tables, after: Tables) {
  return greatest(compare(before, after).map(({ bump }) => bump))
}

describe('compare', () => {
  it.each([
    ['a port', 'port: 7005', 'port: 7006', 'major', 'port changed'],
    ['a variable', 'DEMO_PORT', 'DEMOS_PORT', 'major', 'variable changed'],
    ['a scheme', "'postgresql'", "'https'", 'major', 'scheme changed'],
    ['a name', '  demo: ', '  demos: ', 'major', 'service removed'],
    ['a container port', 'containerPort: 9090', 'containerPort: 9091', 'major', 'container port changed'],
    ['a health path', "'/-/healthy'", "'/-/ready'", 'major', 'health path changed'],
    ["a range's end", 'last: 9999', 'last: 9998', 'major', 'range changed'],
    ['a reservation', 'reserved: { first: 7006', 'reserved: { first: 7007', 'major', 'reservation changed'],
    ['the words of a service', "'Demo application'", "'The demo'", 'patch', 'summary changed'],
    ['the words of a range', "'Monitoring'", "'Watchers'", 'patch', 'summary of a range changed'],
    [
      'the reason for a pinned port',
      "summary: 'Public site'",
      "summary: 'Public site', pinned: 'a'",
      'patch',
      'reason for the pinned port changed',
    ],
    ['the reason of a move', "'to be the main entry point'", "'it is the first'", 'patch', 'reason of a move changed'],
  ])('requires, when %s changes from %s to %s, a %s release', (_, from, to, bump, kind) => {
    const after = readTables(exampleSource.replace(from, to), 'registry.ts')
    expect(bumpOf(example, after)).toBe(bump)
    expect(compare(example, after).map((change) => change.kind)).toContain(kind)
  })

  it('requires a minor release for a new service or range', () => {
    const { demo, ...services } = example.services
    const { monitoring, ...ranges } = example.ranges
    expect(demo && bumpOf({ ...example, services }, example)).toBe('minor')
    expect(monitoring && bumpOf({ ...example, ranges }, example)).toBe('minor')
  })

  it('distinguishes a retirement from a removal', () => {
    const { demo, ...services } = example.services
    const retired = { demo: { port: demo!.port, reason: 'a test' } }
    expect(compare(example, { ...example, services, retired })).toEqual([
      { kind: 'service retired', bump: 'major', subject: 'demo', before: 7005 },
    ])
  })

  it('reports a move as one change, without its line in the history', () => {
    const services = { ...example.services, demo: { ...example.services['demo']!, port: 7006 } }
    const history = [...example.history, { service: 'demo', from: 7005, to: 7006, reason: 'a test' }]
    expect(compare(example, { ...example, services, history })).toEqual([
      { kind: 'port changed', bump: 'major', subject: 'demo', before: 7005, after: 7006 },
    ])
  })

  it('finds nothing between a registry and itself', () => {
    fc.assert(
      fc.property(registry, (one) => {
        expect(compare(one, structuredClone(one))).toEqual([])
      }),
    )
  })

  it('requires as much as the largest of its changes', () => {
    fc.assert(
      fc.property(registry, registry, (before, after) => {
        const parts = rules.map((rule) => greatest(rule(before, after).map(({ bump }) => bump)))
        expect(bumpOf(before, after)).toBe(greatest(parts))
        for (const { bump } of compare(before, after)) expect(isEnough(bumpOf(before, after), bump)).toBe(true)
      }),
    )
  })

  it('is major exactly when a value that a program can depend on changed or disappeared', () => {
    fc.assert(
      fc.property(registry, registry, (before, after) => {
        const now = factsOf(after)
        const lost = [...factsOf(before)].filter((fact) => !now.has(fact))
        expect(bumpOf(before, after) === 'major', lost.join('\n')).toBe(lost.length > 0)
      }),
      { numRuns: 500 },
    )
  })

  it('requires a release when anything differs', () => {
    fc.assert(
      fc.property(registry, registry, (before, after) => {
        const isSame = isDeepStrictEqual(unordered(before), unordered(after))
        expect(bumpOf(before, after) === 'none').toBe(isSame)
      }),
    )
  })
})

describe('greatest', () => {
  it.each([
    [[], 'none'],
    [['patch', 'minor'], 'minor'],
    [['major', 'patch', 'none'], 'major'],
  ] as const)('of %j is %s', (bumps, bump) => {
    expect(greatest(bumps)).toBe(bump)
  })
})

/** Returns a registry without the order of its history, which no program reads. */
function unordered({ history, ...rest }: Tables): unknown {
  const keyOf = ({ service: mover, from, to }: Move) => `${mover} ${from} ${to}`
  return { ...rest, history: history.toSorted((one, other) => keyOf(one).localeCompare(keyOf(other))) }
}
