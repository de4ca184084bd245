import { useSyncExternalStore } from 'react'
import { formatLocation, parseLocation, type PageLocation } from './location.js'

const listeners = new Set<() => void>()

/** Goes to a place: as a step of its own, to which the back button returns, or in place of the last one. */
export function goTo(place: PageLocation, how: 'push' | 'replace' = 'push'): void {
  const url = formatLocation(place)
  if (url === location.pathname + location.search) return
  if (how === 'push') history.pushState(null, '', url)
  else history.replaceState(null, '', url)
  for (const tell of listeners) tell()
}

/** Where the page is now. */
export function currentPlace(): PageLocation {
  return parseLocation(location)
}

/** Where the page is, as it changes. */
export function usePlace(): PageLocation {
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
