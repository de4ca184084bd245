import { describe, expect, it } from 'vitest'
import { advance, idle, type Lifecycle, type LifecycleEvent, type LifecycleOptions } from './lifecycle.js'

const policy = { delaysMs: [10, 20], stableMs: 1000, stopDeadlineMs: 300, editDeadlineMs: 100 }
const options: LifecycleOptions = { name: 'demo', policy, restartsOnEdit: true, howToRevive: 'Start it.' }
const killed: LifecycleEvent = { type: 'ended', end: { code: null, signal: 'SIGKILL', reason: 'SIGKILL' } }

/** Applies events at given times and returns the last state with all messages and the last effects. */
function play(events: readonly (readonly [number, LifecycleEvent])[], more: Partial<LifecycleOptions> = {}) {
  let state: Lifecycle = idle
  const messages: string[] = []
  let effects: readonly string[] = []
  for (const [now, event] of events) {
    const [next, list] = advance(state, event, now, { ...options, ...more })
    state = next
    for (const effect of list) if (effect.type === 'print') messages.push(effect.message)
    effects = list.map((effect) =>
      effect.type === 'signal' ? effect.signal : effect.type === 'setTimer' ? `${effect.ms} ms` : effect.type,
    )
  }
  return { state, messages, effects }
}

const start = [0, { type: 'start' }] as const

describe('advance', () => {
  it('restarts a process that ends, after a longer wait each time, and then gives up', () => {
    const { state, messages } = play([
      start,
      [1, killed],
      [11, { type: 'timer' }],
      [12, killed],
      [32, { type: 'timer' }],
      [33, killed],
    ])
    expect(state).toMatchObject({ phase: 'failed', restarts: 2 })
    expect(messages).toEqual([
      'demo ended with SIGKILL; restarting (1 of 2)',
      'demo ended with SIGKILL; restarting (2 of 2)',
      'demo ended with SIGKILL again after 2 restarts and is not restarted any more. See its output above. Start it.',
    ])
  })

  it('counts from one again when the process ran for long enough', () => {
    const events = [start, [1, killed], [11, { type: 'timer' }], [1011, killed]] as const
    expect(play(events).messages.at(-1)).toBe('demo ended with SIGKILL; restarting (1 of 2)')
    expect(play([...events.slice(0, 3), [1010, killed]]).messages.at(-1)).toContain('(2 of 2)')
  })

  it('starts a failed process at the next edit, with a new count', () => {
    const failed = [
      start,
      [1, killed],
      [11, { type: 'timer' }],
      [12, killed],
      [32, { type: 'timer' }],
      [33, killed],
    ] as const
    const edit = { type: 'edited', file: 'src/app.ts' } as const
    const { state, messages, effects } = play([...failed, [50, edit]], { restartsOnEdit: false })
    expect(state).toMatchObject({ phase: 'running', attempts: 0 })
    expect(messages.at(-1)).toBe('demo starts again: src/app.ts changed')
    expect(effects).toContain('spawn')
  })

  it('stops a running process at an edit and starts it when it has ended', () => {
    const edit = { type: 'edited', file: 'src/app.ts' } as const
    expect(play([start, [1, edit]]).effects).toEqual(['print', 'SIGTERM', '100 ms'])
    expect(play([start, [1, edit], [2, killed]]).effects).toEqual(['clearTimer', 'spawn'])
    expect(play([start, [1, edit]], { restartsOnEdit: false }).effects).toEqual([])
  })

  it('kills a process that does not stop in time', () => {
    expect(play([start, [1, { type: 'stop' }]]).effects).toEqual(['SIGTERM', '300 ms'])
    expect(play([start, [1, { type: 'stop' }], [301, { type: 'timer' }]]).effects).toEqual(['SIGKILL'])
  })

  it('starts nothing when a stop follows a restart', () => {
    const { state, effects } = play([start, [1, { type: 'restart' }], [2, { type: 'stop' }], [3, killed]])
    expect({ phase: state.phase, effects }).toEqual({ phase: 'stopped', effects: ['clearTimer'] })
  })
})
