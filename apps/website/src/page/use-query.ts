import { useState, useSyncExternalStore } from 'react'

/** Keeps the search in the page's address, so that a reload, a link and the back button keep it. */
export function useQuery(rendered: string): [query: string, setQuery: (query: string) => void] {
  // A static page was rendered without a search.
  const asked = useSyncExternalStore(subscribe, readAddress, () => rendered)
  const [typed, setTyped] = useState<string>()
  const setQuery = (query: string) => {
    setTyped(query)
    history.replaceState(
      history.state,
      '',
      query ? `${location.pathname}?${new URLSearchParams({ q: query })}` : location.pathname,
    )
  }
  return [typed ?? asked, setQuery]
}

function readAddress(): string {
  return new URLSearchParams(location.search).get('q') ?? ''
}

function subscribe(onChange: () => void): () => void {
  addEventListener('popstate', onChange)
  return () => removeEventListener('popstate', onChange)
}
