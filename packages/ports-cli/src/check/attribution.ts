import { isPortName, isRootAddress, type Dialect, type Evidence, type Match } from '@driftos/port-scanner'
import { fold, isGenericName, isOwnVariable, isUnnamedVariable, type NameIndex } from './names.js'
import type { Package, Repository } from './repository.js'

/** Which service a number belongs to, and which evidence names it. */
export interface Attribution {
  /** Services that the evidence names; the number is right if it is any of theirs. Empty: the owner is no service. */
  readonly services: readonly string[]
  readonly by: 'variable' | 'block' | 'host' | 'package' | 'repository' | 'label'
  /** The name as it is written. */
  readonly text: string
}

/** Roles in which the enclosing block owns the number, whatever variables are next to it. */
const ofBlock = new Set<Match['role']>(['publish', 'inner', 'expose', 'scrape', 'probe'])

/** Roles in which a program states its own port. */
const ofProgram = new Set<Match['role']>(['listen', 'expose', 'flag', 'probe', 'value', 'default'])

/** Sections of settings that are about the program itself. */
const ownSection = /server|app|web|http|grpc|listen|main|api|default|dev|prod|start|deployment/i

/** How many directories below a package its own settings are. */
const maxSettingsDepth = 1

/**
 * Returns the service that a match belongs to, by the strongest evidence that names one exactly; undefined if nothing
 * does.
 *
 * @param depth - how many directories the file is below its package
 */
export function attribute(
  match: Match,
  index: NameIndex,
  around: Package,
  repository: Repository,
  kind: Dialect['kind'],
  depth = 0,
): Attribution | undefined {
  const { host, role } = match
  const texts = (wanted: Evidence['kind']) =>
    match.evidence.filter((each) => each.kind === wanted).map(({ text }) => text)
  if (host === 'variable' || host === 'remote') return undefined
  const variables = [match.override ?? [], texts('variable')].flat()
  // A variable of the environment with another name says more than what its value is assigned to.
  const replaced = match.override
  const isForeign =
    replaced !== undefined && index.findByVariable(replaced).length === 0 && !isUnnamedVariable(replaced)
  const byVariable = isForeign ? undefined : choose('variable', variables, index.findByVariable)
  // The host decides for its address; the name of another machine is no service of this repository.
  if (host === 'named') {
    const byHost = choose('host', texts('host'), index.findByName)
    const isSame = byHost?.services.some((service) => byVariable?.services.includes(service))
    return role === 'reach' && !isSame ? byHost : (byVariable ?? byHost)
  }
  if (isForeign && role !== 'publish') return undefined

  if (byVariable) return narrow(byVariable, index, around)
  // Next to a variable of the environment, `p` has no meaning.
  const isOwn = variables.every(
    (name) => isOwnVariable(name) || (replaced !== undefined && name !== replaced && !isPortName(name)),
  )

  const labels = texts('label')
  const hints = texts('hint')
  // "Grafana (embed)" is the service `embedGrafana`.
  const joined = labels.flatMap((label) => hints.flatMap((hint) => [`${hint} ${label}`, `${label} ${hint}`]))
  const byBoth = choose('label', joined, index.findByName)
  if (byBoth) return byBoth
  // "App" is a label of any program, but also the name of one's own.
  const isNaming = (label: string) =>
    !isGenericName(label) || index.findByName(label).some((service) => fold(service) === fold(label))
  const byLabel = choose('label', labels.filter(isNaming), index.findByName)
  // "Grafana (embed)" may be another Grafana than the one that is called so.
  const others = [...labels, ...hints].map(index.findByName).filter((found) => found.length > 0)
  if (byLabel && others.some((found) => !found.some((each) => byLabel.services.includes(each)))) return undefined
  if (byLabel) return narrow(byLabel, index, around)

  const isRoot = host === 'local' && variables.some(isRootAddress)
  if (ofBlock.has(role) || isRoot || (ofProgram.has(role) && isOwn)) {
    const blocks = texts('block')
    const images = texts('image')
    // A container may be called like one service, and its block or its Deployment like another one.
    const all = [...new Set(blocks.flatMap(index.findByName))]
    const byBlock = choose('block', blocks.length > 0 ? blocks : images, (text) => {
      const found = index.findByName(text)
      return found.length > 0 && all.length > found.length ? all : found
    })
    if (byBlock) return narrow(byBlock, index, around)
    // A block `db` with the image `postgres` may be the service `postgres`, or another one's database.
    if (blocks.length > 0 && images.some((image) => index.findByName(image).length > 0)) return undefined
    if (blocks.length > 0) {
      // The port of a package's preview server belongs to no other service.
      const isPreview = role === 'flag' && blocks.every((block) => block === 'preview') && around.directory !== ''
      if (isPreview) return { services: [], by: 'package', text: `${around.names[0] ?? 'the'} preview` }
      return ofBlock.has(role) || role === 'listen' ? { services: [], by: 'block', text: blocks[0]! } : undefined
    }
  }
  if (labels.length > 0) return undefined
  // A variable of a program may be anything until a server is started with it.
  // The configuration of a web server is about the server's container.
  const isProxy = role === 'listen' && match.side === 'container' && variables.length === 0
  // A document in a package shows settings and images of other programs too, but `PORT` in its README is its own.
  const isOwnPort = role === 'value' && depth === 0 && around.directory !== '' && variables.includes('PORT')
  const isLoose =
    isProxy ||
    (kind === 'document' && role !== 'flag' && !isOwnPort) ||
    (kind === 'code' && role === 'value' && variables.every((name) => name === 'port'))
  if (ofProgram.has(role) && isOwn && !isLoose) {
    // A manifest's name may be the product's, so that the directory names the service.
    const byPackage = choose('package', around.names, (text) =>
      index.findByName(text).length > 0 ? [...new Set(around.names.flatMap(index.findByName))] : [],
    )
    // `[database]` of a file of settings is another program's.
    const isOfSection =
      kind === 'settings' && role === 'value' && hints.length > 0 && !hints.some((hint) => ownSection.test(hint))
    if (byPackage && isOfSection) return undefined
    // Further below are settings of other programs, such as a proxy's.
    if (byPackage) return kind === 'settings' && depth > maxSettingsDepth ? undefined : byPackage
    const [name] = around.names
    if (around.directory !== '' && name !== undefined && (role === 'listen' || role === 'flag')) {
      return { services: [], by: 'package', text: name }
    }
  }
  // The README of a package: "Open http://localhost:3000".
  if (kind === 'document' && depth === 0 && around.directory !== '' && match.isForBrowser) {
    const byPackage = choose('package', around.names, index.findByName)
    if (byPackage) return byPackage
  }
  // Source code reaches other services too; so does a proxy.
  const isOwnAddress = kind !== 'code' && match.follower !== 'proxy target' && variables.every(isUnnamedVariable)
  const isWeb = match.scheme === undefined ? kind !== 'document' : /^(?:https?|wss?)$/.test(match.scheme)
  const isReached = role === 'reach' && host === 'local' && isOwnAddress && isWeb
  const isOfRepository = isReached || role === 'scrape' || (ofProgram.has(role) && isOwn && !ofBlock.has(role))
  const onlyService = isOfRepository ? repository.onlyService : undefined
  return onlyService === undefined ? undefined : { services: [onlyService], by: 'repository', text: onlyService }

  function choose(by: Attribution['by'], names: readonly string[], find: (text: string) => readonly string[]) {
    for (const text of names) {
      const services = find(text)
      if (services.length > 0) return { services, by, text }
    }
    return undefined
  }
}

/** Where several services share a name, the package around the file may choose. */
function narrow(attribution: Attribution, index: NameIndex, around: Package): Attribution {
  if (attribution.services.length < 2) return attribution
  const own = new Set(around.names.flatMap((name) => index.findByName(name)))
  const chosen = attribution.services.filter((service) => own.has(service))
  return chosen.length > 0 ? { ...attribution, services: chosen } : attribution
}
