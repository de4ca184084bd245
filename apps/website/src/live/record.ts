import type { ServiceName } from '@driftos/ports'
import { serviceNames } from '../definitions.js'
import { keptChanges, keptLatencies } from './kept.js'
import type { ServiceRecord, ServiceState, StateChange } from './state.js'

/** The states of the services over time. */
export interface StateRecorder {
  /** Adds the result of one check; returns each state with the time that it began. */
  add(states: readonly Omit<ServiceState, 'since'>[], at: Date): ServiceState[]
  /** Returns what was seen of every service. */
  read(): Record<ServiceName, ServiceRecord>
}

/** Creates a recorder, which keeps a bounded number of answer times and changes for each service. */
export function createRecorder(): StateRecorder {
  const latencies = new Map<ServiceName, (number | null)[]>()
  const changes = new Map<ServiceName, StateChange[]>()
  return {
    add: (states, at) =>
      states.map((state) => {
        latencies.set(
          state.service,
          [...(latencies.get(state.service) ?? []), state.latencyMs ?? null].slice(-keptLatencies),
        )
        const seen = changes.get(state.service) ?? []
        const last = seen.at(-1)
        if (last?.state === state.state) return { ...state, since: last.at }
        const change = { at: at.toISOString(), state: state.state, ...(state.reason && { reason: state.reason }) }
        changes.set(state.service, [...seen, change].slice(-keptChanges))
        return { ...state, since: change.at }
      }),
    read: () =>
      Object.fromEntries(
        serviceNames.map((name) => [name, { latencies: latencies.get(name) ?? [], changes: changes.get(name) ?? [] }]),
      ) as unknown as Record<ServiceName, ServiceRecord>,
  }
}
