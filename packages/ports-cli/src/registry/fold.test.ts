import type { ServiceDefinition } from '@driftos/ports/define'
import { registrySchema } from '@driftos/ports/schema'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { compareService, describeService } from './changeset.js'
import { compare, greatest } from './diff.js'
import { addService, moveServices, retireService, undoEdits } from './fold.js'
import type { Tables } from '../project/source.js'

function serviceOn(port: number, name: string): ServiceDefinition {
  const variable = `${name.toUpperCase()}_PORT` as const
  return { port, containerName: name, variable, scheme: 'tcp', status: 'active', summary: `Service ${name}` }
}

/** Three services; one has the past port of another. */
const first: Tables = {
  services: {
    ant: serviceOn(4001, 'ant'),
    bee: { ...serviceOn(4002, 'bee'), reuses: 'ant left it' },
    cat: serviceOn(4003, 'cat'),
  },
  ranges: {},
  history: [{ service: 'ant', from: 4002, to: 4001, reason: 'it clashed' }],
  retired: {},
}

interface State {
  readonly released: Tables
  readonly now: Tables
}
type Command = (state: State) => State

const name = fc.constantFrom('ant', 'bee', 'cat', 'dog', 'eel')
const port = fc.integer({ min: 4001, max: 4007 })
const note = fc.constantFrom(undefined, 'asked for')

/** Applies an edit as the command line does: one that the schema refuses changes nothing. */
function edit(apply: (state: State) => Tables): Command {
  return (state) => {
    const now = apply(state)
    return registrySchema.safeParse(now).success ? { ...state, now } : state
  }
}

const command: fc.Arbitrary<Command> = fc.oneof(
  {
    weight: 6,
    arbitrary: fc
      .tuple(fc.dictionary(name, port, { minKeys: 1, maxKeys: 2 }), note)
      .map(([ports, reuses]) =>
        edit(({ now, released }) =>
          Object.keys(ports).every((key) => Object.hasOwn(now.services, key))
            ? moveServices(now, released, ports, 'why', reuses)
            : now,
        ),
      ),
  },
  {
    weight: 3,
    arbitrary: fc.tuple(name, name).map(([one, other]) =>
      edit(({ now, released }) => {
        const [a, b] = [now.services[one], now.services[other]]
        return a && b && one !== other
          ? moveServices(now, released, { [one]: b.port, [other]: a.port }, 'swap', undefined)
          : now
      }),
    ),
  },
  {
    weight: 3,
    arbitrary: fc
      .tuple(name, port, note)
      .map(([key, at, reuses]) =>
        edit(({ now, released }) =>
          now.services[key]
            ? now
            : addService(now, released, key, { ...serviceOn(at, key), ...(reuses && { reuses }) }, 'back'),
        ),
      ),
  },
  {
    weight: 3,
    arbitrary: name.map((key) =>
      edit(({ now, released }) => (now.services[key] ? retireService(now, released, key, 'unused') : now)),
    ),
  },
  { weight: 1, arbitrary: fc.constant<Command>(({ now }) => ({ now, released: now })) },
)

describe('edits between two releases', () => {
  it('leave one entry in the history for each moved service, and a trace of nothing that was not released', () => {
    fc.assert(
      fc.property(fc.array(command, { maxLength: 25 }), (commands) => {
        const { released, now } = commands.reduce((state, run) => run(state), { released: first, now: first })
        const names = Object.keys({ ...released.services, ...now.services, ...now.retired })
        for (const key of names) {
          const [was, is] = [released.services[key], now.services[key]]
          const known = released.history.filter(({ service }) => service === key)
          const moves = now.history.filter(({ service }) => service === key)
          const isMoved = was && is && was.port !== is.port
          expect(moves.slice(0, known.length)).toEqual(known)
          expect(moves.slice(known.length).map(({ from, to }) => [from, to])).toEqual(
            isMoved ? [[was.port, is.port]] : [],
          )
          const tombstone = was && !is ? was.port : released.retired[key]?.port
          expect(now.retired[key]?.port).toBe(is ? undefined : tombstone)
        }
        expect(now.history.every(({ service }) => names.includes(service))).toBe(true)
      }),
      { numRuns: 500 },
    )
  })

  it('have the notes that the difference to the release requires, without another port', () => {
    fc.assert(
      fc.property(fc.array(command, { maxLength: 25 }), (commands) => {
        const { released, now } = commands.reduce((state, run) => run(state), { released: first, now: first })
        const required = compare(released, now).filter(({ bump }) => bump !== 'patch')
        const names = Object.keys({ ...released.services, ...now.services, ...now.retired })
        const notes = names.flatMap((key) => {
          const described = describeService(key, released, now)
          return described ? [[key, described] as const] : []
        })
        expect(notes.map(([key]) => key).toSorted()).toEqual(
          [...new Set(required.map(({ subject }) => subject))].toSorted(),
        )
        expect(greatest(notes.map(([, { bump }]) => bump))).toBe(greatest(required.map(({ bump }) => bump)))
        for (const [key, { bump, text, ports }] of notes) {
          expect(bump).toBe(greatest(compareService(key, released, now).map((change) => change.bump)))
          const allowed = [released.services[key]?.port, now.services[key]?.port].filter((value) => value !== undefined)
          expect(allowed).toEqual(expect.arrayContaining(ports as number[]))
          for (const [number] of text.matchAll(/\d{2,}/g)) expect(allowed.map(String)).toContain(number)
        }
      }),
      { numRuns: 500 },
    )
  })

  it('are nothing when every service is back on its port', () => {
    fc.assert(
      fc.property(fc.array(command, { maxLength: 10 }), (commands) => {
        const { released, now } = commands.reduce((state, run) => run(state), { released: first, now: first })
        fc.pre(Object.keys(released.services).every((key) => now.services[key]))
        const added = Object.keys(now.services).filter((key) => !released.services[key])
        const without = added.reduce((tables, key) => retireService(tables, released, key, 'unused'), now)
        const ports = Object.fromEntries(Object.entries(released.services).map(([key, entry]) => [key, entry.port]))
        expect(moveServices(without, released, ports, 'back', undefined)).toEqual(released)
      }),
      { numRuns: 500 },
    )
  })

  it('can be undone without a release to compare with', () => {
    fc.assert(
      fc.property(fc.array(command, { maxLength: 25 }), (commands) => {
        const { released, now } = commands.reduce((state, run) => run(state), { released: first, now: first })
        const names = Object.keys({ ...now.services, ...now.retired })
        const notes = names.filter((key) => describeService(key, released, now))
        const pending = new Map(notes.map((key) => [key, !released.services[key]]))
        const before = undoEdits(now, pending)
        const portsOf = (tables: Tables) =>
          Object.fromEntries(Object.entries(tables.services).map(([key, entry]) => [key, entry.port]))
        expect(portsOf(before)).toEqual(portsOf(released))
        expect(before.retired).toEqual(released.retired)
      }),
      { numRuns: 500 },
    )
  })

  it('swap ports that a move between the two left', () => {
    const moved = moveServices(first, first, { ant: 4007 }, 'why', undefined)
    const { services } = moveServices(moved, first, { ant: 4003, cat: 4001 }, 'a swap', undefined)
    expect([services['ant']!.port, services['cat']!.port, services['cat']!.reuses]).toEqual([4003, 4001, 'a swap'])
  })

  it('make a repeated edit change nothing', () => {
    fc.assert(
      fc.property(
        fc.array(command, { maxLength: 10 }),
        fc.dictionary(name, port, { minKeys: 1, maxKeys: 2 }),
        note,
        (commands, ports, reuses) => {
          const { released, now } = commands.reduce((state, run) => run(state), { released: first, now: first })
          fc.pre(Object.keys(ports).every((key) => now.services[key]))
          const once = moveServices(now, released, ports, 'why', reuses)
          fc.pre(registrySchema.safeParse(once).success)
          expect(moveServices(once, released, ports, 'why', reuses)).toEqual(once)
          const [key] = Object.keys(ports)
          const retired = retireService(now, released, key!, 'unused')
          expect(retireService(retired, released, key!, 'unused')).toEqual(retired)
        },
      ),
      { numRuns: 300 },
    )
  })
})
