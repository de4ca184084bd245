import { groupBy } from '../group-by.js'
import { createNameIndex, fold, isOwnVariable } from './names.js'
import type { Occurrence } from './occurrence.js'
import { isKnown, isRight, type Context, type RegistryView } from './rules/rule.js'

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
  const packaged = new Set<string>()
  const blocks = new Set<string>()
  for (const { root, package: own, attribution, evidence } of occurrences) {
    for (const service of attribution?.services ?? []) running.add(`${service}\0${root}`)
    const names = own.directory === '' ? [] : own.names
    for (const service of names.flatMap((name) => findByName(name))) packaged.add(`${service}\0${root}`)
    for (const { kind, text } of evidence) if (kind === 'block') blocks.add(`${fold(text)}\0${root}`)
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
    mentions.flatMap(({ root, port, evidence }) =>
      evidence
        .filter(({ kind }) => kind === 'block')
        .flatMap(({ text }) => findByName(text))
        .map((service) => `${service}\0${port}\0${root}`),
    ),
  )
  const moved = new Set<string>()
  for (const { override, attribution, root, package: own, isComment } of occurrences) {
    if (override === undefined || isComment) continue
    for (const service of attribution?.services ?? []) {
      if (override !== registry.services[service]!.variable && !isOwnVariable(override)) continue
      moved.add(`${service}\0${root}`)
      moved.add(`${service}\0${root}\0${own.directory}`)
    }
  }
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
    isOpened: ({ role, port, root, attribution }) =>
      role !== 'publish' &&
      role !== 'expose' &&
      attribution!.services.some((service) => further.has(`${service}\0${port}\0${root}`)),
    isProxied: (port, { location }) => fronting.has(`${port}\0${location}`),
    isServedBySibling: ({ root, port }) => proxied.has(`${port}\0${root}`) || published.has(`${port}\0${root}`),
    isMovable: (service, { root, package: own }, scope) =>
      moved.has(scope === 'root' ? `${service}\0${root}` : `${service}\0${root}\0${own.directory}`),
  }
}

/** Returns whether a block is a web server, which forwards to other containers. */
function isProxy({ evidence }: Occurrence): boolean {
  const name = /(?:^|[-_.])(?:nginx|traefik|caddy|haproxy|envoy|httpd|apache|proxy)(?:$|[-_.])/i
  return evidence.some(({ kind, text }) => (kind === 'block' || kind === 'image') && name.test(text))
}

/** Identifies the list of an occurrence: its own, or the variables of the block that contains it. */
function listKeyOf({ location, group, role, evidence }: Occurrence): string | undefined {
  if (group !== undefined) return `${group}\0${location}`
  if (role === 'listen') return `listens\0${location}`
  const block = role === 'value' || role === 'default' ? evidence.find(({ kind }) => kind === 'block') : undefined
  return block && `variables of ${block.text}\0${location}`
}
