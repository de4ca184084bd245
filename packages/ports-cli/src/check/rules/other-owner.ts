import { isRootAddress, wordsOf } from '@driftos/port-scanner'
import { fold, hasFurtherWord, isGenericName, publicPrefix } from '../names.js'
import type { Occurrence } from '../occurrence.js'
import { isProxyName, protocolPorts, usualPorts } from '../products.js'
import { stemOfFile } from '../repository.js'
import { isOfCluster, isOfNode, isOfTests } from '../silence.js'
import { holderOf, isDatabase, isExact, type Context, type RegistryView } from './rule.js'

/** Returns whether the evidence may also mean the service that has the number. */
export function isOfHolder(occurrence: Occurrence, context: Context): boolean {
  const { registry } = context
  const { path, port, side, role, host, route, kind, evidence, follower, attribution } = occurrence
  const { services, text, by } = attribution!
  const steps = route?.split('/') ?? []
  // "Orders: http://localhost:3000/orders" reaches orders through another service.
  const isThrough = steps.some((step) => services.some((each) => wordsOf(each).includes(fold(step))))
  const holder = holderOf(port, registry)
  if (holder === undefined || services.includes(holder)) return false
  // `HTTP_PORT` of a container may be that of the proxy in front of it.
  const ofHolder = new Set([registry.services[holder]!.variable, holder].map(fold))
  if (evidence.some((each) => each.kind === 'variable' && ofHolder.has(fold(each.text)))) return true
  // `GRAFANA_PUBLIC_URL=http://localhost:3000/grafana`: its address as browsers have it, behind another service.
  if (route !== undefined && isPublicAddress(occurrence)) return true
  // A configuration of tests starts the services that a page needs, and opens any of them.
  if (isOfTests(path) && (by === 'package' || follower !== undefined)) return true
  // A job `shop` scrapes `shopMetrics`.
  if (role === 'scrape' && services.some((each) => isMetricsOf(holder, each))) return true
  // The port of a cluster's nodes may be registered apart: `webNodePort`.
  if (isOfNode(occurrence) && services.some((each) => isNamedAfter(holder, each))) return true
  switch (by) {
    case 'repository':
      // An address without a name may be of any program that the repository starts, or of its proxy's target.
      if (role === 'reach') return context.isServedBySibling(occurrence) || context.isStarted(holder, occurrence)
      // So is the port in the settings of a further program.
      return kind === 'settings' && role === 'value' && context.isStarted(holder, occurrence)
    case 'package':
      // `ng serve shop --port 4200` in the package of several projects.
      if (evidence.some((each) => each.kind === 'hint' && fold(each.text) === fold(holder))) return true
      // A package `ui` may also start the service `uiPreview`.
      if (side === 'host' && services.some((each) => isNamedAfter(holder, each))) return true
      // A command in a package's document or a default of its options may be of the program that has the number.
      if (role === 'flag' && kind !== 'settings') return true
      break
    case 'block':
      // `S3_EXTERNAL_URL` of another program than the one in whose container it is set.
      if (evidence.some((each) => each.kind === 'variable' && isRootAddressOfAnother(each.text))) return true
      // In a document, the image `acme_api` may be that of the service `api`.
      if (kind === 'document' && isNamedAfter(text, holder)) return true
      // A script `storybook` may start the service `storybookAdmin`, and the project `shop` serve the page of `shopWeb`.
      if (
        /^(?:flag|listen|value)$/.test(role) &&
        side === 'host' &&
        services.some((each) => isNamedAfter(holder, each))
      )
        return true
      break
    case 'label':
      // A page behind a web server, or a service's own database in a table of databases.
      if (isProxyName(holder) || services.some((each) => isDatabaseOf(each, holder, registry))) return true
      if (isThrough) return true
      // "API: http://localhost:3000" of a gateway
      if (isGenericName(text) && wordsOf(holder).includes('gateway')) return true
      // "Web: http://localhost:3001/api" is an address of `api`.
      if ([text, ...steps].some((word) => wordsOf(holder).includes(word.toLowerCase()))) return true
      break
    case 'variable': {
      // A gateway reaches several services.
      if (host === 'local' && context.isShared(occurrence)) return true
      const isOwn = isExact(attribution!, registry)
      // `WEB_PORT` may be that of any page, where `web` is only an alias.
      const word = fold(text.replace(/_?PORT$/i, ''))
      const isName = (each: string) =>
        [each, registry.services[each]!.containerName].some((name) => fold(name) === word)
      if (!isOwn && /port$/i.test(text) && isGenericName(word) && !services.some(isName)) return true
      // `CLIENT_URL=http://localhost:3001` and `--console-address :9001` in the container of the service on that port.
      const isSetting = isOwn && role === 'value' && host === undefined
      if (host !== 'named' && !isSetting && context.isBlockOf(holder, occurrence)) return true
      // `VITE_EMPLOYEE_URL` may be the address of `employeeApp` or of `employeeService`; that of a proxy may be any service's.
      const stem = text.replace(publicPrefix, '').replace(/(?:_SERVICE)?_?(?:BASE_?)?(?:URL|URI|HOST|PORT)$/i, '')
      // `API_URL` is that of another service in every file: "api" is the repository's word for it.
      const isWord = host === 'local' && isGenericName(stem)
      const isOwnPage = kind === 'code' && isPackageOf(holder, occurrence, registry)
      if (isWord && (isOwnPage || context.isUnanimous(occurrence))) return true
      // `QlGrpcPort` is that of `grpc`, also where `ql` is another service.
      const isFurther = services.every((each) => !isNamedAfter(each, holder))
      if (!isOwn && isFurther && isNamedAfter(stem, holder)) return true
      const isProxy = [holder, registry.services[holder]!.containerName].some(isProxyName)
      const isGateway = wordsOf(holder).includes('gateway')
      const isPublic = isGateway && (publicPrefix.test(text) || isWord)
      // A client's address in a file of settings goes through the gateway.
      const isOfClient = kind === 'settings' && !isProxyName(path.replace(/^.*\//, ''))
      if (isGateway && host === 'local' && isOfClient && text !== text.toUpperCase()) return true
      if (host === 'named') break
      if ((!isOwn || role === 'default') && (isNamedAfter(holder, stem) || isProxy || isPublic)) return true
      break
    }
    case 'host':
  }
  // "The backend runs on port 3002" in the package of the service on that port.
  const isOther = isGenericName(text) || isProxyName(registry.services[holder]!.containerName)
  if (kind === 'document' && isOther && isPackageOf(holder, occurrence, registry)) return true
  // "Grafana" in a document may be the service `embedGrafana`.
  return services.some((each) => isAlternative(holder, each, registry))
}

/** Returns whether further evidence explains a number that the service of the strongest evidence does not have. */
export function isOfAnother(occurrence: Occurrence, registry: RegistryView): boolean {
  const { port, side, role, host, attribution } = occurrence
  // Any program may open the port of a protocol, such as OTLP's.
  if (protocolPorts.has(port) && !attribution!.services.some((service) => registry.services[service]!.port === port))
    return side === 'container' || role === 'reach' || role === 'scrape'
  const { by, services, text } = attribution!
  const isOuter = services.some((service) => registry.services[service]!.port === port)
  if (host === 'named' && isOfCluster(occurrence.path) && usualPorts.has(port) && !isOuter) return true
  const holder = holderOf(port, registry)
  if (holder === undefined || services.includes(holder)) return false
  // `ADMIN_API_URL` may be the address of admin, or the one at which admin reaches an interface of another service.
  const isReached =
    host === 'local' && services.every((service) => hasFurtherWord(text, service, registry.services[service]!))
  if (by === 'variable' && isReached) return true
  // A program in the package of the service on that port.
  if (by === 'variable' || host !== undefined || role === 'label') return false
  // The publications of a container are its own, in any directory.
  const isOfContainer = by === 'block' && role === 'publish' && !isGenericName(text)
  const isOfPackage = role !== 'scrape' && !isOfContainer && isPackageOf(holder, occurrence, registry)
  return isFileOf(holder, services, occurrence) || isOfPackage
}

/** Returns whether a variable has the address of a program that it names, rather than that of the container's own. */
function isRootAddressOfAnother(text: string): boolean {
  return isRootAddress(text) && !/^(?:GF_SERVER_)?(?:ROOT|EXTERNAL)_URL$/.test(text)
}

/** Returns whether a database is called like a service: `postgresIdentity` of `identityService`. */
function isDatabaseOf(service: string, holder: string, registry: RegistryView): boolean {
  if (!isDatabase(holder, registry)) return false
  const own = wordsOf(service).filter((word) => word !== 'service')
  return own.length > 0 && own.every((word) => wordsOf(holder).includes(word))
}

/** Returns whether a variable has the address of a program for browsers: `GF_SERVER_ROOT_URL`, `SHOP_PUBLIC_URL`. */
function isPublicAddress({ evidence }: Occurrence): boolean {
  return evidence.some(
    ({ kind, text }) => kind === 'variable' && (isRootAddress(text) || /_PUBLIC_(?:BASE_)?URL$/i.test(text)),
  )
}

/** `flowerconfig.py` is the configuration of the service `celeryFlower`, whatever package it is in. */
function isFileOf(holder: string, services: readonly string[], { path }: Occurrence): boolean {
  const name = fold(path.replace(/^.*\//, ''))
  const own = new Set(services.flatMap(wordsOf))
  return wordsOf(holder).some((word) => word.length > 3 && !own.has(word) && name.includes(word))
}

/** Returns whether the package of a number, its file or a directory around it is called like a service. */
export function isPackageOf(service: string, { path, package: own }: Occurrence, { services }: RegistryView): boolean {
  const { containerName, aliases = [] } = services[service]!
  const names = new Set([service, containerName, ...aliases].map(fold))
  // `Dockerfile.web` is that of `web`.
  const around = path.split('/').map(stemOfFile)
  return [...around, ...(own.directory === '' ? [] : own.names)].some((name) => names.has(fold(name)))
}

/** Returns whether a service is another one's counterpart in a further stack: `redisTest` of `redis`. */
function isAlternative(holder: string, service: string, { services }: RegistryView): boolean {
  const own = new Set(wordsOf(service))
  const further = wordsOf(holder).filter((word) => !own.has(word))
  const container = (each: string) => services[each]!.containerName
  const isReplica = container(holder) !== container(service) && stemOf(container(holder)) === stemOf(container(service))
  const isNamed = isNamedAfter(holder, service) && further.length > 0
  return (
    isReplica ||
    (isNamed && further.every((word) => /^(?:test|tests|dev|e2e|local|staging|prod|replica|shadow|ci)$/.test(word)))
  )
}

/** Returns whether the name of a service contains all words of another one's. */
function isNamedAfter(holder: string, service: string): boolean {
  const words = wordsOf(holder)
  return wordsOf(service).every((word) => words.includes(word))
}

/** Returns whether a service is the port of another one for metrics: `shopMetrics` of `shop`. */
export function isMetricsOf(holder: string, service: string): boolean {
  return holder !== service && isNamedAfter(holder, service) && /metrics|exporter|monitor|management/i.test(holder)
}

/** The folded name without the number of a replica. */
export function stemOf(name: string): string {
  return fold(name).replace(/(?<=\D)\d{1,2}$/, '')
}
