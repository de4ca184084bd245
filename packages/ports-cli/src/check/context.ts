import { dirname } from 'node:path'
import { groupBy } from '../group-by.js'
import { findAgreements } from './agreement.js'
import { createNameIndex, fold, isOwnVariable, publicPrefix } from './names.js'
import type { Occurrence } from './occurrence.js'
import { isProxyName } from './products.js'
import { expectedPort, isKnown, isRight, type Context, type RegistryView } from './rules/rule.js'

/** Roles in which a block opens a port. */
const opening: ReadonlySet<Occurrence['role']> = new Set(['publish', 'inner', 'expose', 'listen', 'flag'])

/**
 * Collects what rules need of all occurrences.
 *
 * @param mentions - numbers that are never reported, such as the port of a Kubernetes Service
 */
export function createContext(
  occurrences: readonly Occurrence[],
  registry: RegistryView,
  registryPackage?: string,
  mentions: readonly Occurrence[] = [],
): Context {
  const lists = groupBy(
    occurrences.filter((each) => listKeyOf(each) !== undefined),
    (each) => listKeyOf(each)!,
  )
  const { findByName } = createNameIndex(registry.services)
  const running = new Set<string>()
  const started = new Set<string>()
  const packaged = new Set<string>()
  const blocks = new Set<string>()
  for (const { root, role, package: own, attribution, evidence } of occurrences) {
    for (const service of attribution?.services ?? []) running.add(`${service}\0${root}`)
    const names = own.directory === '' ? [] : own.names
    for (const service of names.flatMap((name) => findByName(name))) packaged.add(`${service}\0${root}`)
    for (const { kind, text } of evidence) {
      if (kind !== 'block') continue
      blocks.add(`${fold(text)}\0${root}`)
      if (opening.has(role)) for (const service of findByName(text)) started.add(`${service}\0${root}`)
    }
  }
  const rightDefaults = new Set(
    occurrences
      .filter((each) => each.attribution?.by === 'variable' && isRight(each, registry))
      .map(({ location, attribution }) => `${attribution!.services[0]}\0${location}`),
  )
  const holders = new Set<string>()
  const publishers = new Set<string>()
  for (const { location, role, evidence } of occurrences) {
    for (const { kind, text } of evidence) {
      if (kind !== 'block') continue
      for (const service of findByName(text)) (role === 'publish' ? publishers : holders).add(`${service}\0${location}`)
    }
  }
  const fronting = new Set(
    occurrences
      .filter((each) => each.role === 'publish' && isProxy(each))
      .map(({ port, location }) => `${port}\0${location}`),
  )
  const publications = new Map<string, Set<string>>()
  const shifts = new Map<string, number>()
  const shared = new Map<string, Set<string>>()
  const variables = new Map<string, { readonly ports: Set<number>; readonly locations: Set<string> }>()
  const addresses = new Map<string, Set<number>>()
  for (const each of occurrences) {
    const shift = shiftOf(each, registry)
    if (shift !== undefined) shifts.set(shift, (shifts.get(shift) ?? 0) + 1)
    const { port, location, host, attribution } = each
    if (host === 'local') addresses.set(location, (addresses.get(location) ?? new Set()).add(port))
    if (host === 'local' && attribution?.by === 'variable') {
      const { ports, locations } = variables.get(variableKeyOf(each)) ?? { ports: new Set(), locations: new Set() }
      variables.set(variableKeyOf(each), { ports: ports.add(port), locations: locations.add(location) })
      const key = `${port}\0${location}`
      shared.set(key, (shared.get(key) ?? new Set()).add(attribution.services.join()))
    }
    if (each.role !== 'publish' || !each.attribution || !isRight(each, registry)) continue
    for (const service of each.attribution.services) {
      const key = `${service}\0${each.root}`
      publications.set(key, (publications.get(key) ?? new Set()).add(each.location))
    }
  }
  const rightPlaces = new Map<string, Set<string>>()
  for (const each of occurrences) {
    if (each.kind === 'document' || each.isComment || !each.attribution || !isRight(each, registry)) continue
    for (const service of each.attribution.services) {
      const key = `${service}\0${each.root}`
      rightPlaces.set(key, (rightPlaces.get(key) ?? new Set()).add(each.location))
    }
  }
  const stacks = new Map<string, Set<number>>()
  for (const { role, port, location } of occurrences)
    if (role === 'publish') stacks.set(location, (stacks.get(location) ?? new Set()).add(port))
  const proxied = new Set(
    occurrences.filter(({ follower }) => follower === 'proxy target').map(({ root, port }) => `${port}\0${root}`),
  )
  const published = new Set(
    occurrences
      .filter((each) => each.role === 'publish' && each.attribution !== undefined && isRight(each, registry))
      .map(({ root, port }) => `${port}\0${root}`),
  )
  const further = new Set(
    occurrences.flatMap((each) => {
      const { role, group, port, innerPort = port, root, attribution } = each
      const isOpening = role === 'publish' || role === 'expose'
      // A number of another service is no further port, however often it is published.
      if (
        !isOpening ||
        group === undefined ||
        !attribution?.services.length ||
        isKnown(port, registry) ||
        isRight(each, registry)
      )
        return []
      const isFurther = lists.get(listKeyOf(each)!)!.some((other) => other.attribution && isRight(other, registry))
      return isFurther
        ? attribution.services.flatMap((service) => [port, innerPort].map((number) => `${service}\0${number}\0${root}`))
        : []
    }),
  )
  const opened = new Set(
    [
      ...mentions,
      ...occurrences.filter(
        (each) => each.side === 'container' && (each.role === 'probe' || each.role === 'flag' || isListener(each)),
      ),
    ].flatMap(({ root, port, evidence }) =>
      evidence
        .filter(({ kind }) => kind === 'block')
        .flatMap(({ text }) => findByName(text))
        .map((service) => `${service}\0${port}\0${root}`),
    ),
  )
  const moved = new Set<string>()
  for (const { override, role, attribution, root, package: own, isComment } of occurrences) {
    if (override === undefined || isComment) continue
    for (const service of attribution?.services ?? []) {
      if (override !== registry.services[service]!.variable && !isOwnVariable(override)) continue
      moved.add(`${service}\0${root}`)
      // The host half of a publication moves nothing inside the container.
      if (role !== 'publish') moved.add(`${service}\0${root}\0${own.directory}`)
    }
  }
  const mirrored = new Set(
    occurrences
      .filter(
        (each) =>
          each.role === 'publish' && each.port === each.innerPort && lists.get(listKeyOf(each) ?? '')?.length === 1,
      )
      .flatMap(({ root, port, attribution }) =>
        (attribution?.services ?? [])
          .filter((service) => registry.services[service]!.containerPort === undefined)
          .map((service) => `${service}\0${port}\0${root}`),
      ),
  )
  const fixedInside = new Set(
    occurrences
      .filter(({ role, override }) => role === 'inner' && override === undefined)
      .flatMap(({ root, attribution }) => (attribution?.services ?? []).map((service) => `${service}\0${root}`)),
  )
  return {
    registry,
    registryPackage,
    listOf: (occurrence) => lists.get(listKeyOf(occurrence) ?? '') ?? [],
    isUnclaimed: (service, { root, package: own }) =>
      running.has(`${service}\0${root}`) &&
      !packaged.has(`${service}\0${root}`) &&
      !own.names.some((name) => blocks.has(`${fold(name)}\0${root}`)),
    isClusterAddress: ({ root, port, attribution }) =>
      (attribution?.services ?? []).some((service) => opened.has(`${service}\0${port}\0${root}`)),
    isBlockOf: (service, { evidence }) =>
      evidence.some(({ kind, text }) => kind === 'block' && findByName(text).includes(service)),
    hasRightDefault: ({ kind, path, location, attribution }) =>
      (kind === 'code' || /\.(?:ba|z)?sh$/.test(path)) &&
      attribution?.by === 'variable' &&
      rightDefaults.has(`${attribution.services[0]}\0${location}`),
    isFronted: (service, occurrence) => {
      const key = `${service}\0${occurrence.location}`
      return (holders.has(key) && !publishers.has(key)) || (publishers.has(key) && isProxy(occurrence))
    },
    isPublishedElsewhere: (service, { root, location }, scope) => {
      const place = (file: string) => (scope === 'directory' ? dirname(file) : file)
      return [...(publications.get(`${service}\0${root}`) ?? [])].some((other) => place(other) !== place(location))
    },
    isRightElsewhere: (service, { root, location }) =>
      [...(rightPlaces.get(`${service}\0${root}`) ?? [])].some((other) => other !== location),
    isOfAlternative: (holder, { root, location }) => {
      const own = stacks.get(location) ?? new Set()
      return [...(publications.get(`${holder}\0${root}`) ?? [])].some(
        (other) => other !== location && sharedOf(own, stacks.get(other)!) > Math.max(1, own.size / 2),
      )
    },
    isShifted: (occurrence) => (shifts.get(shiftOf(occurrence, registry) ?? '') ?? 0) >= 3,
    isShared: ({ port, location }) => (shared.get(`${port}\0${location}`)?.size ?? 0) >= 3,
    isStarted: (service, { root }) => started.has(`${service}\0${root}`),
    isUnanimous: (occurrence) => {
      const places = variables.get(variableKeyOf(occurrence))
      return places !== undefined && places.ports.size === 1 && places.locations.size >= 3
    },
    isOnlyAddress: ({ location }) => addresses.get(location)?.size === 1,
    isStack: ({ root }) => [...started].filter((each) => each.endsWith(`\0${root}`)).length >= 5,
    isAgreedInside: findAgreements([...occurrences, ...mentions]),
    isListed: (occurrence) =>
      occurrence.isListItem === true || (lists.get(listKeyOf(occurrence) ?? '')?.length ?? 0) > 1,
    isOpened: ({ role, port, root, attribution }) =>
      role !== 'publish' &&
      role !== 'expose' &&
      attribution!.services.some((service) => further.has(`${service}\0${port}\0${root}`)),
    isProxied: (port, { location }) => fronting.has(`${port}\0${location}`),
    isServedBySibling: ({ root, port }) => proxied.has(`${port}\0${root}`) || published.has(`${port}\0${root}`),
    isMirrored: ({ root, port, attribution }) =>
      (attribution?.services ?? []).some((service) => mirrored.has(`${service}\0${port}\0${root}`)),
    isFixedInside: (service, { root }) => {
      const { port, containerPort = port } = registry.services[service]!
      return containerPort !== port || fixedInside.has(`${service}\0${root}`)
    },
    isMovable: (service, { root, package: own }, scope) =>
      moved.has(scope === 'root' ? `${service}\0${root}` : `${service}\0${root}\0${own.directory}`),
  }
}

/** Returns whether a block is a web server, which forwards to other containers. */
function isProxy({ evidence }: Occurrence): boolean {
  return evidence.some(({ kind, text }) => (kind === 'block' || kind === 'image') && isProxyName(text))
}

/** Identifies the offset of an unregistered number from the port of the service that its variable names. */
function shiftOf({ location, kind, port, side, attribution }: Occurrence, registry: RegistryView): string | undefined {
  const [service] = attribution?.services ?? []
  if (kind !== 'document' || service === undefined || attribution!.by !== 'variable' || isKnown(port, registry))
    return undefined
  return `${port - expectedPort(service, side, registry)}\0${location}`
}

/** Identifies the list of an occurrence: its own, the addresses on its line, or the variables of the block that contains it. */
function listKeyOf({ location, line, group, role, host, kind, evidence }: Occurrence): string | undefined {
  if (group !== undefined) return `${group}\0${location}`
  if ((role === 'reach' || kind === 'document') && host === 'local') return `line ${line}\0${location}`
  if (role === 'listen') return `listens\0${location}`
  const block = role === 'value' || role === 'default' ? evidence.find((each) => each.kind === 'block') : undefined
  return block && `variables of ${block.text}\0${location}`
}

function variableKeyOf({ root, attribution }: Occurrence): string {
  return `${fold(attribution!.text.replace(publicPrefix, ''))}\0${root}`
}

/** Returns whether a setting declares listeners, as brokers have several. */
function isListener({ evidence }: Occurrence): boolean {
  return evidence.some(({ kind, text }) => kind === 'variable' && /listeners?$/i.test(text))
}

function sharedOf(one: ReadonlySet<number>, other: ReadonlySet<number>): number {
  return [...one].filter((each) => other.has(each)).length
}
