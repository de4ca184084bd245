import { dirname } from 'node:path'
import { groupBy } from '../group-by.js'
import { findAgreements } from './agreement.js'
import { createNameIndex, fold, isOwnVariable } from './names.js'
import type { Occurrence } from './occurrence.js'
import { isProxyName } from './products.js'
import { isOfCluster, isOfVariant } from './silence.js'
import { holderOf, isKnown, isRight, type Context, type RegistryView } from './rules/rule.js'

/** Roles in which a block opens a port. */
const opening: ReadonlySet<Occurrence['role']> = new Set(['publish', 'inner', 'expose', 'listen', 'flag'])

/** The number of files in which a variable has one wrong address, and in none the registered one, if its name is the repository's word for another service. */
const unanimity = 5

/** In how many services a cluster has the numbers of this machine inside containers, if its containers are built so. */
const agreement = 3

/** Names a fact of a repository: a service, number or name, and the root or the file that it is in. */
type Key = readonly (string | number)[]

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
  const { services } = registry
  const { findByName } = createNameIndex(services)
  const lists = groupBy(
    occurrences.filter((each) => listKeyOf(each) !== undefined),
    (each) => listKeyOf(each)!,
  )
  const listOf = (occurrence: Occurrence) => lists.get(listKeyOf(occurrence) ?? '') ?? []
  const isOfRight = (each: Occurrence) => each.attribution !== undefined && isRight(each, registry)
  const isRightPublication = (each: Occurrence) => each.role === 'publish' && isOfRight(each)
  const namedBlocks = (each: Occurrence) => blocksOf(each).flatMap(findByName)

  const isRunning = lookUp(occurrences, (each) => servicesOf(each).map((service) => [service, each.root]))
  const isPackaged = lookUp(occurrences, ({ root, package: { directory, names } }) =>
    directory === '' ? [] : names.flatMap(findByName).map((service) => [service, root]),
  )
  // `spring.application.name` is the name that a package gives itself.
  const isBlock = lookUp(occurrences, (each) =>
    each.role === 'listen' ? [] : blocksOf(each).map((name) => [fold(name), each.root]),
  )
  const started = collect(occurrences, (each) =>
    opening.has(each.role) ? namedBlocks(each).map((service) => [service, each.root]) : [],
  )
  const hasBlock = lookUp(occurrences, (each) => namedBlocks(each).map((service) => [service, each.location]))
  const hasDefault = lookUp(occurrences, (each) =>
    isOfProgram(each) && isOfRight(each) ? [[servicesOf(each)[0]!, each.attribution!.by, each.location]] : [],
  )
  const isProxied = lookUp(occurrences, (each) =>
    each.role === 'publish' && isProxy(each) ? [[each.port, each.location]] : [],
  )
  const isServed = lookUp(occurrences, (each) =>
    each.follower === 'proxy target' || isRightPublication(each) ? [[each.port, each.root]] : [],
  )
  const publications = collect(occurrences, (each) =>
    isRightPublication(each) ? servicesOf(each).map((service) => [each.location, service, each.root]) : [],
  )
  const rightPlaces = collect(occurrences, (each) =>
    each.kind !== 'document' && !each.isComment && isOfRight(each)
      ? servicesOf(each).map((service) => [each.location, service, each.root])
      : [],
  )
  const stacks = collect(occurrences, ({ role, port, location }) => (role === 'publish' ? [[port, location]] : []))
  const addresses = collect(occurrences, ({ host, port, location }) => (host === 'local' ? [[port, location]] : []))
  const addressLines = collect(occurrences, ({ host, port, line, location }) =>
    host === 'local' && holderOf(port, registry) !== undefined ? [[line, location]] : [],
  )
  const shared = collect(occurrences, (each) =>
    isOfVariable(each) ? [[servicesOf(each).join(), each.port, each.location]] : [],
  )
  const isFurther = lookUp(occurrences, (each) => {
    const { role, group, port, innerPort = port, root } = each
    const isOpening = (role === 'publish' || role === 'expose') && group !== undefined
    // A number of another service is no further port, however often it is published.
    if (!isOpening || isKnown(port, registry) || isOfRight(each) || !listOf(each).some(isOfRight)) return []
    // Nor is it where a registered port of the container is missing, whose place it took.
    const isMissing = (service: string) => listOf(each).every((other) => other.port !== services[service]!.port)
    if (role === 'publish' && servicesOf(each).some(isMissing)) return []
    return servicesOf(each).flatMap((service) => [port, innerPort].map((number) => [service, number, root]))
  })
  const isOpenedInside = lookUp(
    [
      ...mentions,
      ...occurrences.filter(
        (each) => each.side === 'container' && (each.role === 'probe' || each.role === 'flag' || isOfListeners(each)),
      ),
    ],
    (each) => namedBlocks(each).map((service) => [service, each.port, each.root]),
  )
  const isOfSidecar = lookUp(occurrences, (each) => {
    const named = new Set(namedBlocks(each))
    return each.role === 'expose' && named.size > 1 ? [...named].map((service) => [service, each.port, each.root]) : []
  })
  const isListener = lookUp([...mentions, ...occurrences], (each) =>
    isOfListeners(each) ? namedBlocks(each).map((service) => [service, each.port, each.root]) : [],
  )
  const isOfHealth = lookUp([...mentions, ...occurrences], (each) =>
    each.kind !== 'document' && isForHealth(each)
      ? each.package.names.flatMap(findByName).map((service) => [service, each.port, each.root])
      : [],
  )
  const isDeclared = lookUp(mentions, ({ group, port, location }) =>
    group?.startsWith('container') ? [[port, location]] : [],
  )
  const isMoved = lookUp(occurrences, (each) => {
    const { override, role, root, package: own, isComment } = each
    if (override === undefined || isComment) return []
    // The host half of a publication moves no program, and `PORT` nothing outside its package.
    if (role === 'publish') return []
    const isVariable = (service: string) => override === services[service]!.variable
    const all = servicesOf(each)
    const inside = all.filter((service) => isVariable(service) || isOwnVariable(override))
    return [
      ...all.filter(isVariable).map((service) => [service, root]),
      ...inside.map((service) => [service, root, own.directory]),
    ]
  })
  const isMirrored = lookUp(occurrences, (each) =>
    each.role === 'publish' && each.port === each.innerPort && listOf(each).length === 1
      ? servicesOf(each)
          .filter((service) => services[service]!.containerPort === undefined)
          .map((service) => [service, each.port, each.root])
      : [],
  )
  const isFixed = lookUp(occurrences, (each) =>
    each.role === 'inner' && each.override === undefined ? servicesOf(each).map((service) => [service, each.root]) : [],
  )
  const isInner = lookUp(occurrences, (each) =>
    each.role === 'inner' ? servicesOf(each).map((service) => [service, each.port, each.location]) : [],
  )
  const isCommanded = lookUp(occurrences, (each) =>
    each.role === 'flag' && each.side === 'container'
      ? servicesOf(each).map((service) => [service, each.port, each.location])
      : [],
  )
  const isOldInside = lookUp(occurrences, (each) =>
    each.role === 'inner' && !isOfRight(each) ? servicesOf(each).map((service) => [service, each.port, each.root]) : [],
  )
  const isSetInside = lookUp(occurrences, (each) =>
    each.side === 'container' && each.role === 'value'
      ? servicesOf(each).map((service) => [service, each.port, each.location])
      : [],
  )
  const inside = collect(occurrences, (each) =>
    /^(?:inner|expose|probe)$/.test(each.role)
      ? servicesOf(each).map((service) => [each.port, service, each.location])
      : [],
  )
  const isRightIn = lookUp(occurrences, (each) => (isOfRight(each) ? [[each.location]] : []))
  const isOnLine = lookUp([...mentions, ...occurrences], ({ port, line, location }) => [[port, line, location]])
  const openedIn = collect(occurrences, (each) =>
    each.kind === 'code' && each.role === 'listen' && isOfRight(each)
      ? servicesOf(each).map((service) => [each.location, service, each.root, each.package.directory])
      : [],
  )
  const isListened = lookUp(occurrences, ({ role, port, location }) =>
    role === 'listen' || role === 'flag' ? [[port, location]] : [],
  )
  const inCluster = occurrences.filter(
    ({ role, side, path }) => side === 'container' && /^(?:inner|expose|probe)$/.test(role) && isOfCluster(path),
  )
  const sameInCluster = collect(inCluster, (each) =>
    servicesOf(each)
      .filter((service) => services[service]!.port === each.port && !isOfRight(each))
      .map((service) => [service, each.root]),
  )
  const rightInCluster = collect(inCluster, (each) =>
    servicesOf(each)
      .filter((service) => services[service]!.containerPort !== undefined && isOfRight(each))
      .map((service) => [service, each.root]),
  )
  const hasOwnVariable = lookUp(occurrences, (each) =>
    each.attribution?.by === 'variable' && isOfRight(each)
      ? servicesOf(each)
          .filter((service) => fold(services[service]!.variable) === fold(each.attribution!.text))
          .map((service) => [service, each.location])
      : [],
  )
  const isOpenedByBlock = lookUp(occurrences, (each) =>
    each.role === 'publish' || each.role === 'inner'
      ? blocksOf(each).map((block) => [block, each.port, each.location])
      : [],
  )
  const stated = collect(occurrences, (each) =>
    isOfVariable(each) ? servicesOf(each).map((service) => [each.location, service, each.port, each.root]) : [],
  )
  const isStatedRight = lookUp(occurrences, (each) =>
    isOfVariable(each) && isOfRight(each) ? servicesOf(each).map((service) => [service, each.root]) : [],
  )
  return {
    registry,
    registryPackage,
    listOf,
    isUnclaimed: (service, { root, package: { names } }) =>
      isRunning(service, root) && !isPackaged(service, root) && !names.some((name) => isBlock(fold(name), root)),
    isClusterAddress: (each) => servicesOf(each).some((service) => isOpenedInside(service, each.port, each.root)),
    isListener: (each) => servicesOf(each).some((service) => isListener(service, each.port, each.root)),
    isFurtherOfProgram: (each) => servicesOf(each).some((service) => isOfHealth(service, each.port, each.root)),
    isOpenedInPod: (each) =>
      isDeclared(each.port, each.location) ||
      servicesOf(each).some((service) => isOfSidecar(service, each.port, each.root)),
    isRightOnLine: (each) => servicesOf(each).some((name) => isOnLine(services[name]!.port, each.line, each.location)),
    isBlockOf: (service, each) => namedBlocks(each).includes(service),
    hasRightDefault: (each) =>
      isOfProgram(each) && hasDefault(servicesOf(each)[0]!, each.attribution!.by, each.location),
    isFronted: (service, each) => isProxy(each) && hasBlock(service, each.location),
    isPublishedElsewhere: (service, { root, location }, scope) => {
      const place = (file: string | number) => (scope === 'directory' ? dirname(String(file)) : file)
      return [...publications(service, root)].some((other) => place(other) !== place(location))
    },
    isRightElsewhere: (service, { root, location }) =>
      [...rightPlaces(service, root)].some((other) => other !== location),
    isOfAlternative: (holder, { root, location }) => {
      const own = stacks(location)
      return [...publications(holder, root)].some(
        (other) => other !== location && sharedOf(own, stacks(other)) > Math.max(1, own.size / 2),
      )
    },
    isSameInCluster: ({ root }) => sameInCluster(root).size >= Math.max(agreement, 2 * rightInCluster(root).size + 1),
    hasOwnVariable: (each) => servicesOf(each).some((service) => hasOwnVariable(service, each.location)),
    isOfOpenBlock: (each) =>
      namedBlocks(each).length === 0 &&
      blocksOf(each).some((block) => isOpenedByBlock(block, each.port, each.location)),
    isUnanimous: (each) =>
      servicesOf(each).every(
        (service) => !isStatedRight(service, each.root) && stated(service, each.port, each.root).size >= unanimity,
      ),
    isShared: ({ port, location }) => shared(port, location).size >= 3,
    isStarted: (service, { root }) => started(root).has(service),
    isOnlyAddress: ({ location }) => addresses(location).size === 1,
    isOnlyUnknownAddress: ({ location }) =>
      [...addresses(location)].filter((port) => !isKnown(Number(port), registry)).length === 1,
    isAgreedInside: findAgreements([...occurrences, ...mentions]),
    isListed: (each) => each.isListItem === true || listOf(each).length > 1,
    isBesideService: ({ line, location }) =>
      [...addressLines(location)].some((other) => Math.abs(Number(other) - line) <= 4),
    isOpened: (each) =>
      each.role !== 'publish' &&
      each.role !== 'expose' &&
      servicesOf(each).some((service) => isFurther(service, each.port, each.root)),
    isProxied: (port, { location }) => isProxied(port, location),
    isServedBySibling: ({ root, port }) => isServed(port, root),
    isMirrored: (each) => servicesOf(each).some((service) => isMirrored(service, each.port, each.root)),
    isOpenedBySibling: (each) =>
      servicesOf(each).some((service) =>
        [...openedIn(service, each.root, each.package.directory)].some((location) => location !== each.location),
      ),
    isListenedHere: ({ port, location }) => isListened(port, location),
    isFixedInside: (service, { root }) => {
      return services[service]!.containerPort !== undefined || isFixed(service, root)
    },
    isApart: (each) => isOfVariant(each.path) && !isRightIn(each.location),
    isSetInside: (each) =>
      servicesOf(each).some(
        (service) => isSetInside(service, each.port, each.location) && inside(service, each.location).size === 1,
      ),
    isCommandedInside: (each) =>
      servicesOf(each).some(
        (service) => isInner(service, each.port, each.location) && isCommanded(service, each.port, each.location),
      ),
    isOldInside: (service, { port, root }) => isOldInside(service, port, root),
    isMovable: (service, { root, package: own }, scope) =>
      scope === 'root' ? isMoved(service, root) : isMoved(service, root, own.directory),
  }
}

/** Returns a function that returns whether an occurrence gives a key. */
function lookUp(occurrences: readonly Occurrence[], keysOf: (occurrence: Occurrence) => readonly Key[]) {
  const keys = new Set(occurrences.flatMap(keysOf).map((key) => key.join('\0')))
  return (...key: Key) => keys.has(key.join('\0'))
}

/** Returns a function that returns the values that occurrences give for a key, each of them before its key. */
function collect(occurrences: readonly Occurrence[], entriesOf: (occurrence: Occurrence) => readonly Key[]) {
  const values = new Map<string, Set<string | number>>()
  for (const [value, ...parts] of occurrences.flatMap(entriesOf)) {
    const key = parts.join('\0')
    values.set(key, (values.get(key) ?? new Set()).add(value!))
  }
  return (...key: Key): ReadonlySet<string | number> => values.get(key.join('\0')) ?? new Set()
}

function servicesOf({ attribution }: Occurrence): readonly string[] {
  return attribution?.services ?? []
}

function blocksOf({ evidence }: Occurrence): string[] {
  return evidence.filter(({ kind }) => kind === 'block').map(({ text }) => text)
}

/** Returns whether a program or a script sets a number for what a variable or its package names. */
function isOfProgram({ kind, path, role, attribution }: Occurrence): boolean {
  const isSet = attribution?.by === 'variable' || (attribution?.by === 'package' && /^(?:value|default)$/.test(role))
  return isSet && attribution.services.length > 0 && (kind === 'code' || /\.(?:(?:ba|z)?sh|ps1)$/.test(path))
}

function isOfVariable({ host, attribution }: Occurrence): boolean {
  return host === 'local' && attribution?.by === 'variable'
}

/** Returns whether a block is a web server, which forwards to other containers. */
function isProxy({ evidence }: Occurrence): boolean {
  return evidence.some(({ kind, text }) => (kind === 'block' || kind === 'image') && isProxyName(text))
}

/** Identifies the list of an occurrence: its own, the addresses on its line, or the variables of the block that contains it. */
function listKeyOf({ location, line, group, role, host, kind, evidence }: Occurrence): string | undefined {
  if (group !== undefined) return `${group}\0${location}`
  if ((role === 'reach' || kind === 'document') && host === 'local') return `line ${line}\0${location}`
  if (role === 'listen') return `listens\0${location}`
  const block = role === 'value' || role === 'default' ? evidence.find((each) => each.kind === 'block') : undefined
  return block && `variables of ${block.text}\0${location}`
}

/** Returns whether a setting declares listeners, as brokers have several. */
function isOfListeners({ evidence }: Occurrence): boolean {
  return evidence.some(({ kind, text }) => kind === 'variable' && /listeners?$/i.test(text))
}

/** Returns whether a setting has the port of a program's health or metrics. */
function isForHealth({ role, evidence }: Occurrence): boolean {
  return (
    (role === 'value' || role === 'default' || role === 'listen') &&
    evidence.some(({ text }) => /management|metrics|health|actuator/i.test(text))
  )
}

function sharedOf(one: ReadonlySet<string | number>, other: ReadonlySet<string | number>): number {
  return [...one].filter((each) => other.has(each)).length
}
