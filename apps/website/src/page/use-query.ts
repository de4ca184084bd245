import { useEffect, useState } from 'react'

/** What is searched for, kept in the page's address so that a reload, a link and the back button keep it. */
export function useQuery(rendered: string): [query: string, setQuery: (query: string) => void] {
  const [query, setQuery] = useState(rendered)
  // A page served without its server was rendered before anybody searched.
  useEffect(() => setQuery(new URLSearchParams(location.search).get('q') ?? ''), [])
  const keep = (wanted: string) => {
    setQuery(wanted)
    history.replaceState(history.state, '', wanted ? `/?${new URLSearchParams({ q: wanted })}` : '/')
  }
  return [query, keep]
}
