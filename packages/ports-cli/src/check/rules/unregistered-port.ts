import { basename } from 'node:path'
import type { Evidence } from '@driftos/port-scanner'
import { isClientPort, isProxyName, protocolPorts } from '../products.js'
import { isOfCluster, isOfDocs, isOfImage, isOfProduct } from '../silence.js'
import { isEphemeral, type OccurrenceRule } from './rule.js'
import { isOfOtherStack } from './explanations.js'
import { isPackageOf } from './other-owner.js'

/** Names of settings with the addresses of clients, or of a registry of images. */
const allowing = /(?:https?|ftp|all)_?proxy|origin|cors|allow|redirect|callback|csrf|trusted|stateful|registry/i

/** Programs that connect to products of others, whose ports are no service's. */
const isOfPlugin = /(?:^|\/)(?:\w+[_-])?(?:providers?|plugins?|integrations?|connectors?|adapters?)\//i

/** Names of addresses that a page shows as examples, one of Loki's sample configuration, and those of templates of Supabase and Aspire. */
const preset =
  /^default(?:base)?ur[li]$|^alertmanager_url$|^site_url$|^(?:ASPIRE|DOTNET)_\w+_URL$|placeholder|example|sample/i

const isStorybook = ({ kind, text }: Evidence) => kind === 'block' && /storybook|docs|preview/.test(text)

/** A port of this machine that the registry does not contain. */
export const unregisteredPort: OccurrenceRule = {
  name: 'unregistered-port',
  why: 'The next service may take the same port.',
  fix: 'Register the port with `driftos-ports add`, or use a registered one.',
  judge(occurrence, context) {
    const { registry, isListed } = context
    const {
      path,
      port,
      side,
      kind,
      role,
      host,
      route,
      scheme,
      isWildcard,
      rangeEnd = port,
      evidence,
      follower,
      attribution,
      publication,
    } = occurrence
    const status = registry.findService(port)?.status
    if (status === 'assigned' || status === 'retired' || side === 'container' || kind === 'document') return undefined
    if ((isOfProduct(path) && follower === undefined) || isOfDocs(occurrence)) return undefined
    // A registry contains no other number below 1024.
    if (port < 1024 || isEphemeral(port)) return undefined
    if (Object.values(registry.services).some((each) => port <= each.port && each.port <= rangeEnd)) return undefined
    if (isOfOtherStack(occurrence, context)) return undefined
    // A service's number inside its container, in its own package or in the configuration of a web server.
    const isInner = ([name, { containerPort }]: readonly [string, { readonly containerPort?: number | undefined }]) =>
      containerPort === port && (isPackageOf(name, occurrence, registry) || isProxyName(basename(path)))
    if (role === 'listen' && Object.entries(registry.services).some(isInner)) return undefined
    // A manifest of Kubernetes may give any port of its nodes.
    const isPublished = role === 'publish' && publication !== undefined
    const isOfScript = role === 'flag' && /(?:^|\/)package\.json$/.test(path) && !evidence.some(isStorybook)
    const isListening = role === 'listen' || isOfScript
    if (isPublished || (isListening && !attribution?.services.length)) {
      const verb = role === 'publish' ? 'published' : 'listened on'
      const block = evidence.find(({ kind: of }) => of === 'block')
      const by = block === undefined ? '' : ` by ${block.text}`
      return { severity: 'error', message: `Port ${port} is ${verb}${by}, but not registered` }
    }
    // A number next to `localhost` is a program's own, or below a key of another one's name.
    const isOfPeer = role === 'value' && kind === 'settings' && evidence.some(({ kind: of }) => of === 'block')
    const isReached = host === 'local' && (isOfPeer || role === 'reach' || role === 'probe' || role === 'scrape')
    // The only service of a repository does not own every address in it.
    // `query_url` in a file of settings may be that of any program.
    const isLoose =
      attribution?.by === 'variable' && kind === 'settings' && attribution.text !== attribution.text.toUpperCase()
    const isOwned =
      attribution !== undefined && attribution.by !== 'repository' && attribution.services.length > 0 && !isLoose
    if (!isReached || isOwned || protocolPorts.has(port) || context.isListenedHere(occurrence)) return undefined
    // In an image, this machine is a container: the address only takes the place of one.
    if (isOfImage(path) || (kind === 'code' && isOfPlugin.test(path))) return undefined
    // `defaultUrl: 'http://localhost:1234'` fills a form.
    if (evidence.some(({ kind: of, text }) => of === 'variable' && preset.test(text))) return undefined
    // In a cluster this machine is a pod, and for Terraform a container; a dashboard or a workflow has what its author chose last.
    const isOfPod = (isOfCluster(path) && /\.(?:ya?ml|json|tpl)$/.test(path)) || /\.tf(?:vars)?(?:\.json)?$/.test(path)
    if (isOfPod || /(?:^|\/)(?:dashboards?|n8n|workflows?)\/.*\.json$/i.test(path)) return undefined
    // A server's own address in a setting, but not that of a page.
    if (isWildcard && !/^https?$/.test(scheme ?? '')) return undefined
    // Clients that a server allows may be anything, unless they are listed with the services and no tool has their port.
    const isAllowed =
      isListed(occurrence) || evidence.some(({ kind: of, text }) => of === 'variable' && allowing.test(text))
    const isClient = route === undefined && isClientPort(port)
    if (isAllowed && (isClient || !context.isBesideService(occurrence))) return undefined
    return { severity: 'warning', message: `Port ${port} is reached on this machine, but not registered` }
  },
}
