import type { ServiceDefinition, ServiceTable } from '@driftos/ports/define'

type Names = Pick<ServiceDefinition, 'containerName' | 'variable' | 'aliases'>

/** Prefixes with which build tools expose a variable to a browser. */
export const publicPrefix = /^(?:VITE|NEXT_PUBLIC|NUXT_PUBLIC|REACT_APP|EXPO_PUBLIC|GATSBY|VUE_APP|PUBLIC)_/

/** The meaning of a variable that is named after a service: `CORE_PORT`, `CORE_URL`, `coreBaseUrl`. */
const purpose =
  /(?<=[a-z\d])(?:(?:internal|public|external|base|api|listen|http|grpc|host|server|service|svc|srv)?(?:port|url|uri|origin|host|hostname|addr|address|endpoint))$/

/** What only says that a variable is a port or an address. */
const plainPurpose = /(?<=[a-z\d])(?:port|url|uri|origin|host|hostname|addr|address|endpoint)$/

/** The service that an address may reach, in the name of a variable, folded. */
const reached = /(?:api|server|service)(?=(?:url|uri|origin|host|hostname|addr|address|endpoint)$)/

/** The stems of variables that any program may have: `SERVER_ADDRESS`, `APP_URL`. */
const unnamedStems = /^(?:app|base|server|site|public|http|https|listen|bind)?$/

/** Variables with which any program names its own port, folded. */
const ownVariables =
  /^(?:(?:app|http|https|(?:http|app)?server|virtual|localhttp|playserverhttp|quarkushttp|micronautserver|(?:ktor)?deployment|listen|listener|bind|nodejs|express|nest|nitro|flask|uvicorn|gunicorn|fastapi|django|rails|puma)?port|(?:listen|bind)(?:on)?|devaddr|aspnetcore(?:urls|https?ports)|(?:listen|bind|(?:http|app)?server|http|app)addr(?:ess)?)$/

/** Variables with which any program names its own address, folded. */
const unnamedVariables =
  /^(?:app|api|base|server|backend|site|web|public|nextauth)?(?:base)?(?:url|uri|origin|endpoint|address)$/

/** Names that are also ordinary words of settings and code: `api.address` in a file may be of any program. */
const genericNames =
  /^(?:api|app|web|ui|site|serve|server|client|service|backend|frontend|admin|main|worker|proxy|gateway|database|db|cache|queue|health|metrics|grpc|http|dashboard)$/

/** Returns whether a name is an ordinary word, which names a service only where services are named. */
export function isGenericName(text: string): boolean {
  return genericNames.test(fold(text))
}

/** Finds services by names that are compared whole, after folding case, `-`, `_` and spaces. */
export interface NameIndex {
  /** Services with this name, container name or alias; several if a container or an alias is shared, also with a name. */
  readonly findByName: (text: string) => readonly string[]
  /** Services that a variable or key names: by its own name, or by a service's name and a purpose. */
  readonly findByVariable: (text: string) => readonly string[]
}

/** Returns a name in the form in which names are compared. */
export function fold(text: string): string {
  return text.replace(/[-_.\s]/g, '').toLowerCase()
}

/**
 * Returns whether a variable of an address has a further word after the name of its service: `ADMIN_API_URL` for the service
 * `admin`, but neither for `adminApi` nor `VITE_API_URL` for `api`.
 */
export function hasFurtherWord(
  text: string,
  service: string,
  { containerName, variable, aliases = [] }: Names,
): boolean {
  const stem = fold(text.replace(publicPrefix, '')).replace(/(?:url|uri|origin|endpoint)$/, '')
  const names = [service, containerName, variable.replace(/_PORT$/, ''), ...aliases]
  // `ORDER_SERVICE_API_URL` is of `orderService`.
  return (
    /(?:api|server|backend)$/.test(stem) && !names.some((name) => stem.replace(/(?<=service)api$/, '') === fold(name))
  )
}

/** Returns whether any program may call its own port so: `PORT`, `HTTP_PORT`, `listen`. */
export function isOwnVariable(text: string): boolean {
  return text === 'SERVICE_PORT' || ownVariables.test(fold(text.replace(publicPrefix, '')).replace(/^default/, ''))
}

/** Returns whether a variable names no service: `API_URL`, `BASE_URL`, and what {@link isOwnVariable} accepts. */
export function isUnnamedVariable(text: string): boolean {
  return isOwnVariable(text) || unnamedVariables.test(fold(text.replace(publicPrefix, '')))
}

function add(index: Map<string, Set<string>>, text: string, service: string): void {
  const key = fold(text)
  // `PORT` is the own port of any program, also where a service is named `port`.
  if (ownVariables.test(key)) return
  index.set(key, (index.get(key) ?? new Set()).add(service))
}

/**
 * Returns every service's name after the prefix of most containers: where `acme-core` and `acme-web` are containers,
 * `acme-shop` is `shop`, whatever its own container is called.
 */
function prefixedNames(services: ServiceTable): (readonly [service: string, name: string])[] {
  const counts = new Map<string, number>()
  for (const [service, { containerName }] of Object.entries(services)) {
    const [prefix] = /^[a-z][a-z\d]*-/.exec(containerName) ?? []
    const isExample = prefix !== undefined && fold(containerName) === fold(prefix + service)
    if (isExample) counts.set(prefix, (counts.get(prefix) ?? 0) + 1)
  }
  const [best] = [...counts].toSorted(([, one], [, other]) => other - one)
  return best === undefined || best[1] < 2 ? [] : Object.keys(services).map((service) => [service, best[0] + service])
}

/** Indexes the names of a registry. */
export function createNameIndex(services: ServiceTable): NameIndex {
  const names = new Map<string, Set<string>>()
  const aliases = new Map<string, Set<string>>()
  const variables = new Map<string, string>()
  for (const [service, { containerName, variable, aliases: own = [] }] of Object.entries(services)) {
    add(names, service, service)
    add(names, containerName, service)
    for (const alias of own) add(aliases, alias, service)
    if (!isOwnVariable(variable) || fold(variable) === fold(`${service}port`)) variables.set(fold(variable), service)
  }
  for (const [service, name] of prefixedNames(services)) if (!names.has(fold(name))) add(names, name, service)
  // A service named like another one's container belongs to its group.
  const group = (found: ReadonlySet<string>) =>
    Object.keys(services).filter(
      (each) =>
        found.has(each) || [...found].some((one) => services[one]!.containerName === services[each]!.containerName),
    )
  const findByName = (text: string) => {
    const found = new Set([...(names.get(fold(text)) ?? []), ...(aliases.get(fold(text)) ?? [])])
    return found.size > 0 ? group(found) : []
  }
  const stems = new Map(
    Object.entries(services).map(([name, { variable }]) => [fold(variable.replace(/_PORT$/, '')), name]),
  )
  return {
    findByName,
    findByVariable(text) {
      // A path of keys: `Services__catalog__Url`, `Services:catalog:Url`, `services.catalog.url`. But `postgres:` is a scheme.
      const keys = text.replace(/^PORT_([A-Z].*)$/, '$1_PORT').split(/__|[.:](?=.)/)
      return keys.map((_, index) => findByKey(keys.slice(index).join('_'))).find((found) => found.length > 0) ?? []
    },
  }

  function findByKey(text: string): readonly string[] {
    // A registered variable may begin like one for a browser: `VITE_PORT`.
    const registered = publicPrefix.test(text) ? variables.get(fold(text)) : undefined
    if (registered !== undefined) return [registered]
    const own = fold(text.replace(publicPrefix, '')).replace(/^default(?=.)|default(?=(?:port|url)$)/, '')
    // `PAYMENT_SERVICE_URL` is of `paymentService` where a service, a container or an alias is called so.
    const whole = own.replace(plainPurpose, '')
    const isWhole = whole !== own && (stems.has(whole) || findByName(whole).length > 0)
    const stem = isWhole ? whole : own.replace(purpose, '')
    if (genericNames.test(stem) && /^[a-z]+_(?!port$)[a-z_]+$/.test(text)) return []
    const exact = variables.get(own)
    // `BROKER_PORT` may be any port of the container `broker`.
    // So may `DEFAULT_BROKER_PORT`.
    const isLoose = /default/i.test(text) || (exact !== undefined && fold(services[exact]!.containerName) === stem)
    if (exact !== undefined) return isLoose ? group(new Set([exact])) : [exact]
    const byStem = /[a-z]/.test(text) ? undefined : stems.get(stem)
    // `APP_URL` and `APP_HOST` move the service whose variable is `APP_PORT`, as `@driftos/ports` reads them.
    // `VITE_APP_URL` is that of the page itself.
    const isOverride = byStem !== undefined && /^(?:url|host)$/.test(own.slice(stem.length)) && !publicPrefix.test(text)
    if (stem !== own && unnamedStems.test(stem) && !isOverride) return []
    // An address may be of any port of the container.
    const found = stem !== own && byStem !== undefined ? group(new Set([byStem])) : findByName(stem)
    if (isWhole) return found
    // `CORE_API_URL` is core's, or the address at which core reaches `api`.
    const [target = ''] = reached.exec(own) ?? []
    return findByName(target).some((service) => !found.includes(service)) ? [] : found
  }
}
