import type { Move, ServiceDefinition } from '@driftos/ports/define'
import { UsageError } from '../command.js'
import { describeRetired } from '../project/find.js'
import { unknownName } from '../suggestion.js'
import type { Tables } from '../project/source.js'

// Edits between two releases fold: the history has one entry for a service, from its released port to its present one,
// and a service that was never released leaves no trace.

/**
 * Returns the tables after services moved.
 *
 * @param released - the registry of the last release
 * @param ports - the new port of each service
 * @param note - why a service may take a retired port; a swap needs none
 */
export function moveServices(
  now: Tables,
  released: Tables,
  ports: Readonly<Record<string, number>>,
  reason: string,
  note: string | undefined,
): Tables {
  let { history } = now
  for (const [name, to] of Object.entries(ports)) {
    const from = own(released.services, name)?.port ?? to
    const move = from === to ? undefined : { service: name, from, to, reason }
    history = foldHistory(history, released.history, name, move)
  }
  const left = new Set([...history.map(({ from }) => from), ...Object.values(now.retired).map(({ port }) => port)])
  const services = Object.entries(ports).map(([name, port]) => {
    const { reuses: present, ...service } = now.services[name]!
    const was = own(released.services, name)
    const isSwap = [now, released].some(({ services: before }) =>
      Object.keys(ports).some((other) => other !== name && own(before, other)?.port === port),
    )
    const reuses = note ?? (isSwap ? reason : service.port === port ? present : undefined)
    const wanted = was?.port === port ? was.reuses : left.has(port) ? reuses : undefined
    return [name, { ...service, port, ...(wanted !== undefined && { reuses: wanted }) }] as const
  })
  return { ...now, services: { ...now.services, ...Object.fromEntries(services) }, history }
}

/** Returns the tables with a new service, or with a retired one that no release has retired yet. */
export function addService(
  now: Tables,
  released: Tables,
  name: string,
  service: ServiceDefinition,
  reason: string,
): Tables {
  const { [name]: unreleased, ...retired } = now.retired
  if (unreleased && own(released.retired, name)) return { ...now, services: { ...now.services, [name]: service } }
  const added = { ...now, services: { ...now.services, [name]: service }, retired }
  return own(released.services, name)
    ? moveServices(added, released, { [name]: service.port }, reason, service.reuses)
    : added
}

/** Returns the tables without a service. One that was released leaves a tombstone with its released port. */
export function retireService(now: Tables, released: Tables, name: string, reason: string): Tables {
  const { [name]: _, ...services } = now.services
  const was = own(released.services, name)
  const retired = was ? { ...now.retired, [name]: { port: was.port, reason } } : now.retired
  return { ...now, services, history: foldHistory(now.history, released.history, name), retired }
}

/**
 * Returns the tables before some unreleased edits, for a repository in which git has no release to compare with: moved
 * services are on the port from which their last move starts, and added ones are removed.
 *
 * @param edited - the services, and whether each one was added
 */
export function undoEdits(now: Tables, edited: ReadonlyMap<string, boolean>): Tables {
  const services: Record<string, ServiceDefinition> = { ...now.services }
  const retired = { ...now.retired }
  let { history } = now
  for (const [name, isAdded] of edited) {
    const [service, removed] = [own(services, name), own(retired, name)]
    const last = history.findLast((move) => move.service === name)
    if (isAdded) delete services[name]
    else if (service && last?.to === service.port) {
      const { reuses: _, ...rest } = service
      services[name] = { ...rest, port: last.from }
      history = history.filter((move) => move !== last)
    } else if (removed) {
      services[name] = { port: removed.port } as ServiceDefinition
      delete retired[name]
    }
  }
  return { ...now, services, history, retired }
}

/** Replaces the unreleased entry of a service in place, or removes it, or adds one. */
function foldHistory(moves: readonly Move[], released: readonly Move[], name: string, entry?: Move): readonly Move[] {
  let before = released.filter(({ service }) => service === name).length
  let wanted = entry
  const folded = moves.flatMap((move) => {
    if (move.service !== name || before-- > 0) return [move]
    const replacement = wanted
    wanted = undefined
    return replacement ? [replacement] : []
  })
  return wanted ? [...folded, wanted] : folded
}

/** Returns an entry of a table, and nothing for a name that every object has. */
export function own<Entry>(table: Readonly<Record<string, Entry>>, name: string): Entry | undefined {
  return Object.hasOwn(table, name) ? table[name] : undefined
}

/**
 * Returns a service of a registry by its exact name.
 *
 * @throws {UsageError} when there is none
 */
export function findService({ services, retired }: Tables, name: string): ServiceDefinition {
  const service = own(services, name)
  if (service) return service
  if (own(retired, name)) throw new UsageError(describeRetired(name, { retired }))
  throw unknownName('service', name, Object.keys(services))
}
