import { wordsOf } from '@driftos/port-scanner'
import { fold, isGenericName } from '../names.js'
import type { Occurrence } from '../occurrence.js'
import { isProxyName, usualPorts } from '../products.js'
import { isOfCompose, isOfDocs, isOfTargets } from '../silence.js'
import { isPackageOf, stemOf } from './other-owner.js'
import { holderOf, type Context, type Verdict } from './rule.js'

/** Names of a process in a repository with one. */
const isGeneric = /^(?:web|app|server|dev|start|main)$/i

/** Names of a container that name no service, where there is only one program to run. */
const isNameless = /^(?:app|main|server)$/i

/** Parts of names that any program may have. */
const ofAny = /app|server|service|dev|prod|test|local|main|site|page|client|my|container/g

/** Something that is no service uses a registered number. */
export function judgeStranger(
  occurrence: Occurrence,
  { registry, isUnclaimed, isFronted, isPublishedElsewhere, isOfAlternative }: Context,
): Verdict | undefined {
  const { path, port, innerPort, side, kind, role, publication, evidence, attribution, package: own } = occurrence
  const holder = holderOf(port, registry)
  if (holder === undefined || side !== 'host' || kind === 'document' || !['publish', 'listen', 'flag'].includes(role))
    return undefined
  const { text } = attribution!
  if (isVariant(text, holder, registry.services[holder]!.containerName)) return undefined
  // A compose file next to the holder's program starts it, whatever the block is called.
  if (isPackageOf(holder, occurrence, registry) || (role === 'publish' && isOfDocs(occurrence))) return undefined
  // A compose file without its blocks is one that cannot be parsed.
  if (attribution!.by === 'package' && isOfCompose(path)) return undefined
  // A profile is an alternative, such as one container with every service, but not another product; so is each target of a makefile.
  const isProduct = evidence.some((each) => each.kind === 'image' && fold(each.text) === fold(text))
  if ((publication?.profiles !== undefined && !isProduct) || isOfTargets(path)) return undefined
  // A proxy publishes the port of a service that runs next to it.
  if (role === 'publish' && isFronted(holder, occurrence)) return undefined
  // Another stack, which does not run at the same time.
  if (role === 'publish' && isPublishedElsewhere(holder, occurrence, isProxyName(text) ? undefined : 'directory'))
    return undefined
  if (role === 'publish' && isOfAlternative(holder, occurrence)) return undefined
  // Both halves of the publication are the holder's: it runs here under another name, if it does not run elsewhere.
  const { containerPort = port } = registry.services[holder]!
  const isHolder = innerPort === containerPort && containerPort !== port
  if (isHolder && !isPublishedElsewhere(holder, occurrence)) return undefined
  if (role === 'publish' && isNameless.test(text)) return undefined
  // The package or the process may be the holder's, under another name.
  const isApart =
    isGeneric.test(text) ||
    (own.isImage && (kind === 'code' || usualPorts.has(port))) ||
    isUnclaimed(holder, occurrence)
  if (role !== 'publish' && isApart) return undefined
  const verb = role === 'publish' ? 'publishes' : 'listens on'
  const severity = attribution!.by === 'package' ? 'warning' : 'error'
  return { severity, service: holder, message: `${text} ${verb} ${port}, which belongs to ${holder}` }
}

/** `app-dev` is a variant of `app`, `kafka` one of `kafka0`, and `acme-api-server` may be one of `api`. */
function isVariant(text: string, ...names: readonly string[]): boolean {
  const words = text.toLowerCase().split(/[^a-z\d]+/)
  // `document-manager` is one of `documentManagerBackend`.
  const isPart = (name: string) => words.length > 1 && fold(name).startsWith(fold(text))
  // `Api` of a solution is one of `identityApi`.
  const isWord = (name: string) => isGenericName(text) && wordsOf(name).includes(fold(text))
  // `webapp` is `web`, but `websocket` is another program.
  const isWithin = (name: string) => {
    const [before, after] = fold(text).split(stemOf(name))
    return after !== undefined && (stemOf(name).length > 3 || !/[a-z]/.test(`${before}${after}`.replace(ofAny, '')))
  }
  return names.some((name) => isWithin(name) || words.includes(stemOf(name)) || isPart(name) || isWord(name))
}
