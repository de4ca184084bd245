import { findService, PORTS, type ServiceName } from '@driftos/ports'
import type { Content } from './content.js'
import { definitionOf, serviceNames } from './definitions.js'
import { entryOf, type Directory } from './directory.js'
import { findNamed, lastPort, readPort } from './find.js'
import type { HighlightedSnippet } from './highlight.js'
import type { ReleasedMove } from './releases.js'

/** The subject of a page. */
export type View =
  | { readonly kind: 'home'; readonly query: string }
  | { readonly kind: 'service'; readonly service: ServiceName }
  /** A number that no service has in the registry. */
  | { readonly kind: 'port'; readonly port: number }
  | { readonly kind: 'history'; readonly moves: readonly ReleasedMove[] }
  | { readonly kind: 'use'; readonly snippets: readonly HighlightedSnippet[] }
  /** An unknown name, or a page that was built for every unknown address. */
  | { readonly kind: 'missing'; readonly text?: string }

/** No name is longer. */
const maxLength = 100

/** Returns the view at a path of the site; every name and number of a service has the service's view. */
export function findView(path: string, content: Content, query = ''): View {
  const [folder = '', subject = '', ...rest] = decode(path).slice(0, maxLength).split('/').filter(Boolean)
  if (folder === '' || (folder === 'ports' && subject === '')) return { kind: 'home', query: query.slice(0, maxLength) }
  if (subject === '' && folder === 'history') return { kind: 'history', moves: content.moves }
  if (subject === '' && folder === 'use') return { kind: 'use', snippets: content.snippets }
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

/** Returns whether the registry or this machine's environment has the subject of a view. */
export function isKnown(view: View, directory: Directory): boolean {
  if (view.kind !== 'port') return view.kind !== 'missing'
  return findService(view.port) !== undefined || directory.some(({ port }) => port === view.port)
}

/** Returns the canonical path of a view; undefined for a missing page. */
export function pathOf(view: View): string | undefined {
  if (view.kind === 'home') return '/'
  if (view.kind === 'missing') return undefined
  if (view.kind === 'history' || view.kind === 'use') return `/${view.kind}`
  return `/ports/${view.kind === 'service' ? view.service : view.port}`
}

/** Returns every path of the site, without the home page. */
export function knownPaths(): string[] {
  const known = Array.from({ length: lastPort }, (_, index) => index + 1).filter((port) => findService(port))
  const containers = serviceNames.map((service) => definitionOf(service).containerName)
  const aliases = serviceNames.flatMap((service) => definitionOf(service).aliases ?? [])
  const subjects = new Set([...serviceNames, ...aliases, ...containers, ...known])
  return ['/history', '/use', ...Array.from(subjects, (subject) => `/ports/${subject}`)]
}

/** Returns the title of a view's page. */
export function titleOf(view: View, directory: Directory): string {
  const site = 'DriftOS ports'
  if (view.kind === 'home') return site
  return `${subjectOf(view, directory)} · ${site}`
}

function subjectOf(view: Exclude<View, { kind: 'home' }>, directory: Directory): string {
  if (view.kind === 'missing') return 'Nothing here'
  if (view.kind === 'history') return 'History'
  if (view.kind === 'use') return 'Use it'
  if (view.kind === 'service') return `${view.service}, port ${entryOf(directory, view.service).port}`
  return `Port ${view.port}, ${findService(view.port)?.status ?? 'not registered'}`
}

function decode(path: string): string {
  try {
    return decodeURIComponent(path)
  } catch {
    return path
  }
}
