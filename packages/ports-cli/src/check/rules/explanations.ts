import { isNodePort, wordsOf } from '@driftos/port-scanner'
import { fold, isGenericName, isOwnVariable, publicPrefix } from '../names.js'
import type { Occurrence } from '../occurrence.js'
import { healthPortOf, isDatabasePort, isDevServerPort, isMetricsPort, nameOfScheme, usualPorts } from '../products.js'
import {
  isLaunchProfile,
  isOfCluster,
  isOfCompose,
  isOfComposeVariant,
  isOfDocs,
  isOfLaravel,
  isOfNode,
  isOfOtherEnvironment,
  isOfTargets,
  isOfTests,
} from '../silence.js'
import { isOfAnother, isOfHolder, isPackageOf } from './other-owner.js'
import { expectedPort, holderOf, isExact, isKnown, isRight, type Context, type RegistryView } from './rule.js'

/** Returns whether something else than a fault explains why a service has another number here than in the registry. */
export function isExplained(occurrence: Occurrence, context: Context): boolean {
  const { registry } = context
  return (
    isFurtherPort(occurrence, context) ||
    (occurrence.side === 'container' && isOfCluster(occurrence.path) && context.isSetInside(occurrence)) ||
    isCheckOfProduct(occurrence) ||
    (/^(?:inner|probe|expose)$/.test(occurrence.role) && context.isListener(occurrence)) ||
    // `compose.dev.yml` starts another program in the same container.
    (isOfComposeVariant(occurrence.path) && context.isCommandedInside(occurrence)) ||
    isOfSample(occurrence) ||
    isInnerLabel(occurrence, context) ||
    // Laravel's files of settings have a default for every product that it supports.
    (occurrence.role === 'default' && isOfLaravel(occurrence.path) && !isKnown(occurrence.port, registry)) ||
    // A row with several ports, none of them the service's: those of the programs that it reaches.
    (occurrence.kind === 'document' &&
      occurrence.role === 'label' &&
      occurrence.host === undefined &&
      context.isListed(occurrence)) ||
    // A Service of Kubernetes or a scrape annotation in front of a proxy or an exporter, in the same Deployment.
    (/^(?:inner|scrape)$/.test(occurrence.role) && context.isOpenedInPod(occurrence)) ||
    isFurtherOfProgram(occurrence, context) ||
    isNamePair(occurrence, registry) ||
    isOfOwnCluster(occurrence, context) ||
    isOfProfile(occurrence, context) ||
    isOfOwnDatabase(occurrence, registry) ||
    isBesideOwnVariable(occurrence, context) ||
    isInterface(occurrence, registry) ||
    isUnknownPort(occurrence, context) ||
    isOfOtherStack(occurrence, context) ||
    isOfReadme(occurrence, context) ||
    isOfAnother(occurrence, registry) ||
    isOfHolder(occurrence, context) ||
    isOwnOfAnother(occurrence, context) ||
    isOfDatabase(occurrence, registry) ||
    isOfBuiltPage(occurrence, registry) ||
    isAgreedUpon(occurrence, context) ||
    isReportedBefore(occurrence, context) ||
    ((occurrence.attribution!.by === 'package' ||
      (occurrence.host === undefined && !isKnown(occurrence.port, registry))) &&
      context.hasRightDefault(occurrence)) ||
    (occurrence.kind !== 'document' && isFurtherPublication(occurrence, registry)) ||
    isBehindProxy(occurrence, context) ||
    // Of a container's further port, its publication is enough.
    context.isOpened(occurrence) ||
    isOfOneRun(occurrence, registry) ||
    (occurrence.host === 'named' && context.isClusterAddress(occurrence) && !context.isMirrored(occurrence))
  )
}

/** Returns whether the program has the number for its health or metrics, and no other service has it on this machine. */
function isFurtherOfProgram(occurrence: Occurrence, { registry, isFurtherOfProgram: isOf }: Context): boolean {
  const { port, side, role } = occurrence
  const isFree = side === 'container' || holderOf(port, registry) === undefined
  return /^(?:probe|scrape|expose)$/.test(role) && isFree && isOf(occurrence)
}

/** Returns whether a manifest in a document shows a container, whose ports agree with each other alone. */
function isOfSample({ kind, side, role, attribution }: Occurrence): boolean {
  return kind === 'document' && side === 'container' && role !== 'inner' && attribution!.by === 'block'
}

/** Returns whether a document says what a service has inside its container, and not its own number on the same line. */
function isInnerLabel(occurrence: Occurrence, { registry, isRightOnLine }: Context): boolean {
  const { port, role, host, attribution } = occurrence
  const isInner = attribution!.services.some((each) => registry.services[each]!.containerPort === port)
  return role === 'label' && host === undefined && isInner && !isRightOnLine(occurrence)
}

/** Returns whether a document lists `core:3001` for a program that reaches each service from outside, through its own port. */
function isNamePair({ port, kind, host, scheme, attribution }: Occurrence, { services }: RegistryView): boolean {
  const isBare = kind === 'document' && host === 'named' && scheme === undefined
  return isBare && attribution!.services.some((each) => services[each]!.port === port)
}

/** Returns whether the manifests of a cluster agree that programs have their numbers of this machine inside their containers too. */
function isOfOwnCluster(occurrence: Occurrence, { registry, isSameInCluster }: Context): boolean {
  const { path, port, side, attribution } = occurrence
  const isOwn = attribution!.services.some((each) => registry.services[each]!.port === port)
  return side === 'container' && isOfCluster(path) && isOwn && isSameInCluster(occurrence)
}

/** Returns whether a profile of Visual Studio starts the program of a published container, with a number of its own. */
function isOfProfile(occurrence: Occurrence, { registry, isPublishedElsewhere }: Context): boolean {
  const { path, port, attribution } = occurrence
  if (!isLaunchProfile(path) || isKnown(port, registry)) return false
  return attribution!.services.some((service) => isPublishedElsewhere(service, occurrence))
}

/** Returns whether the package of a service of HTTP has the usual port of a database: of the one that it connects to. */
function isOfOwnDatabase({ port, kind, attribution }: Occurrence, registry: RegistryView): boolean {
  const isOfPackage = attribution!.by === 'package' && kind !== 'document'
  return isOfPackage && isDatabasePort(port) && attribution!.services.every((each) => isOfHttp(each, registry))
}

/** Returns whether `CORE_SERVICE_PORT` is set next to `CORE_PORT`, which has the right number. */
function isBesideOwnVariable(occurrence: Occurrence, { registry, hasOwnVariable }: Context): boolean {
  const { role, attribution } = occurrence
  const isOther = attribution!.by === 'variable' && !isExact(attribution!, registry)
  return isOther && role === 'value' && /port$/i.test(attribution!.text) && hasOwnVariable(occurrence)
}

/** Returns whether a label names the page of a further program for a database or a broker: "Postgres UI". */
function isInterface({ evidence, attribution }: Occurrence, registry: RegistryView): boolean {
  const { by, services } = attribution!
  const whole = evidence.find(({ kind }) => kind === 'label')?.text ?? ''
  return by === 'label' && /\s(?:ui|dashboard)$/i.test(whole) && !services.some((each) => isOfHttp(each, registry))
}

function isOfHttp(service: string, { services }: RegistryView): boolean {
  return /^https?$/.test(services[service]!.scheme)
}

/** Returns whether a container checks its program on the further port that this product has for that. */
function isCheckOfProduct({ port, role, evidence }: Occurrence): boolean {
  return role === 'probe' && evidence.some(({ kind, text }) => kind === 'image' && healthPortOf(text) === port)
}

/**
 * Returns whether a variable is set for the commands of a makefile's target or for one run, but not to the address of another
 * service.
 */
function isOfOneRun(
  { path, port, role, evidence, isOneRun, attribution }: Occurrence,
  registry: RegistryView,
): boolean {
  if (isOneRun) return !isKnown(port, registry)
  const isOfTarget = isOfTargets(path) && evidence.some(({ kind }) => kind === 'block')
  return isOfTarget && role === 'value' && attribution!.by === 'variable'
}

/** Returns whether an address in a package's document may be of another program: not the only one there, or it names that. */
function isOfReadme(occurrence: Occurrence, { registry, isOnlyAddress }: Context): boolean {
  const { port, kind, role, evidence, attribution } = occurrence
  const { by, services } = attribution!
  if (kind !== 'document' || role !== 'reach' || by !== 'package') return false
  const holder = holderOf(port, registry)?.toLowerCase()
  const isNamed = evidence.some(({ text }) => wordsOf(text).some((word) => holder?.includes(word)))
  const isInner = services.some((each) => registry.services[each]!.containerPort === port)
  return isNamed || isInner || !isOnlyAddress(occurrence)
}

/** Returns whether `SERVER_PORT` or `ACME_ADDR=:8080` is of the program around it, although a service is called `server` or has `ACME_PORT`. */
function isOwnOfAnother(occurrence: Occurrence, { registry, isBlockOf, isOfOpenBlock }: Context): boolean {
  const { port, host, attribution } = occurrence
  const { by, text } = attribution!
  if (by !== 'variable' || host !== undefined) return false
  // `HEALTH_PORT` of a second instance, which publishes that number.
  if (isOfOpenBlock(occurrence)) return true
  if (isExact(attribution!, registry) && !isOwnVariable(text)) return false
  return Object.entries(registry.services).some(
    ([name, service]) =>
      (port === service.port || port === service.containerPort) &&
      (isBlockOf(name, occurrence) || isPackageOf(name, occurrence, registry)),
  )
}

/** Returns whether a variable that is called like a service of HTTP has the address of its database. */
function isOfDatabase({ port, host, scheme, attribution }: Occurrence, registry: RegistryView): boolean {
  const holder = holderOf(port, registry)
  const isDatabase = scheme === 'sql' || nameOfScheme(scheme) !== undefined
  return (
    isDatabase &&
    host === 'local' &&
    holder !== undefined &&
    !isOfHttp(holder, registry) &&
    attribution!.services.every((each) => isOfHttp(each, registry))
  )
}

/** Returns whether a container serves the built pages of a service whose registered port is its development server's. */
function isOfBuiltPage({ port, side, role, attribution }: Occurrence, registry: RegistryView): boolean {
  const { services } = registry
  return (
    side === 'container' &&
    role !== 'scrape' &&
    (usualPorts.has(port) || !isKnown(port, registry)) &&
    attribution!.services.every(
      (each) => services[each]!.containerPort === undefined && isDevServerPort(services[each]!.port),
    )
  )
}

/** Returns whether a registry without the number inside a container is the only one that disagrees. */
function isAgreedUpon(occurrence: Occurrence, { registry, isAgreedInside }: Context): boolean {
  const { port, side, attribution } = occurrence
  if (side !== 'container' || isKnown(port, registry)) return false
  if (attribution!.services.some((each) => registry.services[each]!.containerPort !== undefined)) return false
  return isAgreedInside(occurrence)
}

/** Returns whether an unregistered number is that of another stack than the registered one. */
export function isOfOtherStack(
  occurrence: Occurrence,
  { registry, isApart, isPublishedElsewhere, isRightElsewhere }: Context,
): boolean {
  const { path, port, innerPort, outerPort, side, role, follower, attribution } = occurrence
  const isRightInMain = attribution?.services.some((service) => isRightElsewhere(service, occurrence)) === true
  // Production may give a service the number that another one has in development, but its program has one inside a cluster.
  const isOpened = role === 'expose' || outerPort !== undefined
  const isPublication = side === 'host' || (isOpened && !isOfCluster(path))
  if (!isPublication) return false
  const isOwn = attribution?.services.includes(holderOf(port, registry) ?? '') === true
  if (isKnown(port, registry))
    return (role === 'publish' || side === 'container') && !isOwn && isOfOtherEnvironment(path) && isRightInMain
  // Unless it is the only stack that has the service.
  const isOnly =
    role === 'publish' &&
    isOfCompose(path) &&
    attribution?.services.some((service) => !isRightElsewhere(service, occurrence)) === true
  // The variable of a service says which one the tests start, and the address of a page is the page's.
  const isOfTest = isOfTests(path) && follower === undefined && attribution?.by !== 'variable'
  if ((isOfOtherEnvironment(path) && !isOnly) || isOfTest || isApart(occurrence)) return true
  // `compose.local.yml` replaces what `compose.yml` publishes.
  if (role !== 'publish' || !isOfComposeVariant(path)) return false
  return (attribution?.services ?? []).some(
    (service) =>
      innerPort === expectedPort(service, 'container', registry) && isPublishedElsewhere(service, occurrence),
  )
}

/**
 * Returns whether an address has a port of a service's container that the registry does not contain: containers
 * open further ports, for metrics or for their peers. Only the service's own protocol has to be on its own port.
 */
function isUnknownPort(occurrence: Occurrence, context: Context): boolean {
  const { registry } = context
  const { path, port, side, kind, role, host, scheme, attribution } = occurrence
  const { by, services, text } = attribution!
  if (isKnown(port, registry)) return false
  if (kind === 'settings' && isOfNode(occurrence)) return true
  // A configuration of tests starts servers of its own.
  if (isOfTests(path) && by === 'variable' && text.startsWith('webServer')) return true
  // A column of databases is before one of their ports.
  if (role === 'label' && occurrence.evidence.some((each) => each.kind === 'hint' && each.text === 'database'))
    return true
  // An unregistered number below 1024 belongs to a protocol.
  if ((port < 1024 && role !== 'publish') || port === 80 || port === 443) return true
  // Kubernetes: the ports of nodes.
  if (
    isNodePort(port) &&
    !Object.values(registry.services).some((service) => isNodePort(service.port)) &&
    (role === 'reach' || role === 'label' || isOfCluster(path) || /(?:^|\/)values[^/]*$/.test(path))
  )
    return true
  // `kubectl port-forward svc/core 3999:80` takes any free port.
  if (role === 'flag' && occurrence.innerPort !== undefined) return true
  // IANA: no service has a port from here on.
  if (port >= 49_152 && !/^(?:publish|label|listen|expose|inner)$/.test(role)) return true
  // A container has further ports for health checks.
  if (role === 'probe' && by === 'block' && isOfCompose(path)) return !context.isMirrored(occurrence)
  // A repository of one service may set and reach the port of any program; an address is judged by `unregistered-port`. The only
  // address of a document is that of the only page.
  const isPage = ([name, { scheme: of }]: readonly [string, { readonly scheme: string }]) =>
    /^https?$/.test(of) && !services.includes(name) && context.isStarted(name, occurrence)
  const isOnly =
    kind === 'document' &&
    role === 'reach' &&
    context.isOnlyUnknownAddress(occurrence) &&
    !Object.entries(registry.services).some(isPage)
  if (by === 'repository' && !isOnly && !['listen', 'expose', 'scrape'].includes(role)) return true
  // Commands in a document are examples, unless they have the number inside the container; `DB_PORT` may be of any database.
  const isOfAnyDatabase = /^(?:DB|DATABASE)_PORT$/i.test(text)
  const isInner =
    ((by === 'variable' && !isOfAnyDatabase) || role === 'publish') &&
    services.some((each) => expectedPort(each, 'container', registry) === port)
  // `docker run -p 9090:9090` of a program that has another port inside does not work.
  const isBroken =
    role === 'publish' &&
    by === 'block' &&
    services.every((each) => expectedPort(each, 'container', registry) !== occurrence.innerPort)
  // The sample of a compose file gives a container another number of the host.
  const isSample =
    role === 'publish' &&
    by === 'block' &&
    occurrence.group?.startsWith('services.') === true &&
    services.some((each) => expectedPort(each, 'container', registry) === occurrence.innerPort)
  const isSetting =
    role === 'value' && by === 'variable' && !isOfAnyDatabase && services.some((each) => isNameOf(text, each, registry))
  if (kind === 'document' && role !== 'label' && role !== 'reach' && !isInner && !isBroken && !isSample && !isSetting)
    return true
  // `runner_url` in a file of settings may be anything's; an environment has variables in upper case.
  if (
    by === 'variable' &&
    host === 'local' &&
    /^https?$/.test(scheme ?? '') &&
    kind === 'settings' &&
    text !== text.toUpperCase() &&
    // .NET: a section and a key, or a service's address for a client of HTTP.
    !/__|_HostAddress$/.test(text)
  )
    return true
  // So may `dashboard.port`.
  if (
    by === 'variable' &&
    kind === 'settings' &&
    role === 'value' &&
    /^[a-z]/.test(text) &&
    isGenericName(text.replace(/_port$/, ''))
  )
    return true
  // `REDIS_PORT` of the container `redis`, in which the registered service has another variable.
  const isOfContainer =
    by === 'variable' && /port$/i.test(text) && !services.some((each) => isNameOf(text, each, registry))
  if (isOfContainer) return true
  // A container with several services often has a further port, for health checks.
  const isOfImage = role === 'expose' && by === 'package'
  if (
    services.length > 1 &&
    side === 'container' &&
    host === undefined &&
    !isOfImage &&
    !isOfPublished(occurrence, registry)
  )
    return true
  // `prometheus.io/port: "9102"` is often a sidecar's.
  if (role === 'scrape' && side === 'container' && host === undefined) return true
  if (side === 'host' || host !== 'named' || attribution!.by !== 'host') return false
  const isOwnProtocol = attribution!.services.some((service) =>
    isSameScheme(registry.services[service]!.scheme, scheme),
  )
  const isFurther = role === 'scrape' ? isMetricsPort(port) : !isOwnProtocol
  return isFurther && !context.isMirrored(occurrence)
}

/** Returns whether a variable is a service's own, or has its name or one of its aliases. */
function isNameOf(text: string, service: string, { services }: RegistryView): boolean {
  const { variable, aliases = [] } = services[service]!
  const own = [text, text.replace(publicPrefix, '')].map(fold)
  const stem = own[1]!.replace(/port$/, '')
  return own.includes(fold(variable)) || [service, ...aliases].some((name) => fold(name) === stem)
}

/**
 * Of several unregistered ports of a container, one finding is enough: which of them is the service's is not known. So is
 * one for the halves of `3002:3002`, of a service with one number.
 */
function isReportedBefore(occurrence: Occurrence, { registry, listOf }: Context): boolean {
  if (isOfPublished(occurrence, registry)) return false
  const { group, start, port, side, role, outerPort, attribution } = occurrence
  const { containerPort } = registry.services[attribution!.services[0]!]!
  if (role === 'inner' && outerPort === port && containerPort === undefined) return true
  if (group === undefined || side === 'host' || isKnown(port, registry)) return false
  return listOf(occurrence).some(
    (other) => other.start < start && other.port !== port && !isKnown(other.port, registry),
  )
}

/** Returns whether a number is the inner half of a publication whose host half says which service of a container it is. */
function isOfPublished({ role, outerPort, attribution }: Occurrence, { services }: RegistryView): boolean {
  return role === 'inner' && attribution!.services.some((service) => services[service]!.port === outerPort)
}

function isSameScheme(registered: string, scheme: string | undefined): boolean {
  return scheme !== undefined && scheme.replace(/s$/, '').startsWith(registered.replace(/s$/, '').slice(0, 5))
}

/** A container publishes several ports: one is its service's, the others belong to further services. */
function isFurtherPort(occurrence: Occurrence, { registry, listOf, isStarted }: Context): boolean {
  const { attribution, port, role, side, innerPort, kind, group } = occurrence
  // `expose` with the number outside.
  const isOuter = (service: string) => registry.services[service]!.port === port
  if (role === 'expose' && kind === 'settings' && attribution!.services.some(isOuter)) return false
  // A further program opens this number.
  const holder = holderOf(port, registry)
  if (holder !== undefined && (role === 'listen' || (role === 'publish' && isStarted(holder, occurrence)))) return false
  // The service's own port inside, which no other publication has.
  const isOwn = attribution!.services.some((service) => innerPort === expectedPort(service, 'container', registry))
  const list = listOf(occurrence)
  // One of the container's registered ports is missing: this number took its place.
  const isMissing = (service: string) =>
    list.every((other) => other.port !== expectedPort(service, other.side, registry))
  const isOnHost = side === 'host' && kind !== 'document' && group !== undefined
  if (isOnHost && attribution!.services.some(isMissing)) return false
  if (isOfPublished(occurrence, registry)) return false
  return list.some((other) => {
    if (role === 'publish' && isOwn && other.innerPort !== innerPort) return false
    if (other === occurrence) return false
    // Of several addresses on a line, each may be of another service.
    const isAddress = occurrence.host !== undefined && occurrence.group === undefined
    if (isAddress && !attribution!.services.some((service) => other.attribution?.services.includes(service)))
      return false
    // A variable of a further port has another name, which nothing attributes.
    const isVariable = occurrence.group === undefined && other.role === role && other.side === side
    const claimed = isVariable ? { ...other, attribution } : other
    return claimed.attribution !== undefined && isRight(claimed, registry)
  })
}

/**
 * Returns whether a publication is of a port of the container that the registry does not contain, such as a debugger's.
 * Its host half is judged by `unregistered-port`.
 */
function isFurtherPublication(
  { port, innerPort, outerPort, role, attribution }: Occurrence,
  registry: RegistryView,
): boolean {
  if (isKnown(port, registry)) return false
  const isOf = (side: Occurrence['side'], wanted: number) =>
    attribution!.services.some((service) => expectedPort(service, side, registry) === wanted)
  if (role === 'publish') return innerPort !== undefined && !isOf('container', innerPort)
  return role === 'inner' && outerPort !== undefined && !isKnown(outerPort, registry) && !isOf('host', outerPort)
}

/** Returns whether a service has another number in a sample, or because a proxy in the same file publishes its port. */
function isBehindProxy(occurrence: Occurrence, { registry, isProxied }: Context): boolean {
  const { port, role, side, attribution } = occurrence
  if (role !== 'publish' || isKnown(port, registry)) return false
  if (isOfDocs(occurrence)) return true
  return attribution!.services.some((service) => isProxied(expectedPort(service, side, registry), occurrence))
}
