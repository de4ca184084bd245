import { useSyncExternalStore } from 'react'
import { formatLocation, parseLocation, type PageLocation } from './location.js'

const listeners = new Set<() => void>()

/** Changes the page's location: adds a history entry, to which the back button returns, or replaces the current one. */
export function navigate(target: PageLocation, how: 'push' | 'replace' = 'push'): void {
  const url = formatLocation(target)
  if (url === location.pathname + location.search) return
  if (how === 'push') history.pushState(null, '', url)
  else history.replaceState(null, '', url)
  for (const notify of listeners) notify()
}

/** Returns the page's location. */
export function currentLocation(): PageLocation {
  return parseLocation(location)
}

/** Returns the page's location and renders again when it changes. */
export function useLocation(): PageLocation {
  const href = useSyncExternalStore(subscribe, () => location.href)
  return parseLocation(new URL(href))
}

function subscribe(onChange: () => void): () => void {
  listeners.add(onChange)
  addEventListener('popstate', onChange)
  return () => {
    listeners.delete(onChange)
    removeEventListener('popstate', onChange)
  }
}
