import { findService, PORTS, services, type ServiceName } from '@driftos/ports'
import { entryOf, serviceNames, type Directory } from './directory.js'
import { findNamed, lastPort, readPort } from './find.js'

/** What a page is about. */
export type View =
  | { readonly kind: 'home'; readonly query: string }
  | { readonly kind: 'service'; readonly service: ServiceName }
  /** A number that no service holds by the registry. */
  | { readonly kind: 'port'; readonly port: number }
  /** A text that is no name, or an address that was not known when the page was made. */
  | { readonly kind: 'missing'; readonly text?: string }

/** Longer texts name nothing. */
const maxLength = 100

/** The view at a path of the site; of a service under any of its names and numbers, it is the service's own. */
export function findView(path: string, query = ''): View {
  const [folder = '', subject = '', ...rest] = decode(path).slice(0, maxLength).split('/').filter(Boolean)
  if (folder === '' || (folder === 'ports' && subject === '')) return { kind: 'home', query: query.slice(0, maxLength) }
  if (folder !== 'ports' || rest.length > 0) return { kind: 'missing', text: folder }
  if (!/^\d+$/.test(subject)) {
    const service = findNamed(subject)
    return service ? { kind: 'service', service } : { kind: 'missing', text: subject }
  }
  const port = readPort(subject)
  if (port === undefined || port < 1 || port > lastPort) return { kind: 'missing', text: subject }
  const service = serviceNames.find((name) => PORTS[name] === port)
  return service ? { kind: 'service', service } : { kind: 'port', port }
}

/** Whether the registry, or this machine's environment, knows what a view is about. */
export function isKnown(view: View, directory: Directory): boolean {
  if (view.kind !== 'port') return view.kind !== 'missing'
  return findService(view.port) !== undefined || directory.some(({ port }) => port === view.port)
}

/** The one path at which a view stands; a missing one has none. */
export function pathOf(view: View): string | undefined {
  if (view.kind === 'home') return '/'
  if (view.kind === 'missing') return undefined
  return `/ports/${view.kind === 'service' ? view.service : view.port}`
}

/** Every path but the home page's at which the registry has something to say. */
export function knownPaths(): string[] {
  const known = Array.from({ length: lastPort }, (_, index) => index + 1).filter((port) => findService(port))
  const containers = serviceNames.map((service) => services[service].containerName)
  return [...new Set([...serviceNames, ...serviceNames.flatMap(aliasesOf), ...containers, ...known])].map(
    (subject) => `/ports/${subject}`,
  )
}

/** The title of a view's page. */
export function titleOf(view: View, directory: Directory): string {
  const site = 'DriftOS ports'
  if (view.kind === 'home') return site
  return `${subjectOf(view, directory)} · ${site}`
}

function subjectOf(view: Exclude<View, { kind: 'home' }>, directory: Directory): string {
  if (view.kind === 'missing') return 'Nothing here'
  if (view.kind === 'service') return `${view.service}, port ${entryOf(directory, view.service).port}`
  return `Port ${view.port}, ${findService(view.port)?.status ?? 'not registered'}`
}

function aliasesOf(service: ServiceName): readonly string[] {
  const { aliases = [] }: { readonly aliases?: readonly string[] } = services[service]
  return aliases
}

function decode(path: string): string {
  try {
    return decodeURIComponent(path)
  } catch {
    return path
  }
}
