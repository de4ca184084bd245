import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { serviceNames } from '../definitions.js'
import { createRecorder, keptChanges, keptLatencies } from './record.js'

const service = serviceNames[0]!
const state = fc.constantFrom('up', 'down', 'stranger', 'elsewhere', 'unknown')
const check = fc.record({ state, latencyMs: fc.option(fc.nat(), { nil: undefined }) })

describe('createRecorder', () => {
  it('has a bounded record of the latest answers and of every change', () => {
    fc.assert(
      fc.property(fc.array(check, { maxLength: 150 }), (checks) => {
        const recorder = createRecorder()
        const seen = checks.map(({ state: present, latencyMs }, index) => {
          const probe = { service, port: 1, state: present, ...(latencyMs !== undefined && { latencyMs }) }
          return recorder.add([probe], new Date(index * 1000))[0]!
        })
        const { latencies, changes } = recorder.read()[service]
        expect(latencies).toEqual(checks.map(({ latencyMs }) => latencyMs ?? null).slice(-keptLatencies))
        const changed = checks.filter((each, index) => each.state !== checks[index - 1]?.state)
        expect(changes.map((change) => change.state)).toEqual(changed.map((each) => each.state).slice(-keptChanges))
        seen.forEach(({ since, state: present }, index) => {
          const first = Date.parse(since) / 1000
          expect(checks.slice(first, index + 1).every((each) => each.state === present)).toBe(true)
          expect(checks[first - 1]?.state).not.toBe(present)
        })
      }),
    )
  })

  it.each([
    ['between two checks', '2026-01-01T00:00:01.500Z', ['up', 'down', 'up']],
    ['before the first check', '2025-12-31T00:00:00.000Z', ['up']],
  ])('has the end of a process that started again %s', (_name, endedAt, states) => {
    const recorder = createRecorder()
    const probe = { service, port: 1, state: 'up' } as const
    const exit = { code: null, signal: 'SIGKILL', reason: 'SIGKILL', at: endedAt }
    const run = { state: 'ready', restarts: 1, lastExit: exit } as const
    recorder.add([probe], new Date('2026-01-01T00:00:01.000Z'))
    for (const second of [2, 3]) recorder.add([{ ...probe, run }], new Date(`2026-01-01T00:00:0${second}.000Z`))
    const { changes } = recorder.read()[service]
    expect(changes.map((change) => change.state)).toEqual(states)
    if (states.length > 1) expect(changes[1]).toEqual({ at: endedAt, state: 'down', reason: 'SIGKILL' })
  })
})
