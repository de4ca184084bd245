import type { ServiceName } from '@driftos/ports'
import { serviceNames } from '../definitions.js'
import type { ServiceRecord, ServiceState } from './state.js'

/** How many answer times of a service are kept. */
export const keptLatencies = 60
/** How many changes of a service's state are kept. */
export const keptChanges = 20

type Checked = Omit<ServiceState, 'since'>

/**
 * Adds the result of a check to a record. A process that ended and started again between two checks
 * was down in between.
 *
 * @param at - when the state began, if it is a new one (ISO 8601)
 */
export function extendRecord(
  { latencies, changes }: ServiceRecord,
  { state, latencyMs, reason, run }: Checked,
  at: string,
): ServiceRecord {
  const last = changes.at(-1)
  const exit = run?.state === 'ready' && last?.state === 'up' && run.lastExit
  const missed = exit && exit.at > last.at ? [{ at: exit.at, state: 'down' as const, reason: exit.reason }] : []
  const change = { at, state, ...(reason !== undefined && { reason }) }
  const isChange = missed.length > 0 || last?.state !== state
  return {
    latencies: [...latencies, latencyMs ?? null].slice(-keptLatencies),
    changes: isChange ? [...changes, ...missed, change].slice(-keptChanges) : changes,
  }
}

/** The states of the services over time. */
export interface StateRecorder {
  /** Adds the result of one check; returns each state with the time that it began. */
  add(states: readonly Checked[], at: Date): ServiceState[]
  /** Returns the record of every service. */
  read(): Readonly<Record<ServiceName, ServiceRecord>>
}

/** Creates a recorder, which keeps a bounded number of answer times and changes for each service. */
export function createRecorder(): StateRecorder {
  const empty: ServiceRecord = { latencies: [], changes: [] }
  const records = Object.fromEntries(serviceNames.map((service) => [service, empty])) as Record<
    ServiceName,
    ServiceRecord
  >
  return {
    add: (states, at) =>
      states.map((state) => {
        const record = extendRecord(records[state.service], state, at.toISOString())
        records[state.service] = record
        return { ...state, since: record.changes.at(-1)!.at }
      }),
    read: () => records,
  }
}
