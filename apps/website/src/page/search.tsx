import type { ServiceName } from '@driftos/ports'
import { useEffect, useRef } from 'react'
import { useAddress } from './link.js'

/** Renders the search field; without JavaScript the server handles the search. */
export function Search(props: {
  readonly query: string
  readonly onQuery: (query: string) => void
  /** The only result, which Enter opens. */
  readonly only: ServiceName | undefined
}) {
  const { query, onQuery, only } = props
  const field = useRef<HTMLInputElement>(null)
  const address = useAddress()
  useEffect(() => {
    const onKey = (event: KeyboardEvent) => {
      if (!isShortcut(event)) return
      event.preventDefault()
      field.current?.select()
    }
    document.addEventListener('keydown', onKey)
    return () => document.removeEventListener('keydown', onKey)
  }, [])
  return (
    <search>
      <form
        action={address('/')}
        onSubmit={(event) => {
          event.preventDefault()
          if (only !== undefined && query.trim()) location.assign(address(`/ports/${only}`))
        }}
      >
        <label htmlFor="q" className="hidden">
          Search by name, number, variable or state
        </label>
        <input
          ref={field}
          id="q"
          type="search"
          name="q"
          value={query}
          placeholder="Name, number, variable, state"
          maxLength={100}
          autoComplete="off"
          spellCheck={false}
          aria-keyshortcuts="/ Control+K Meta+K"
          onChange={(event) => onQuery(event.currentTarget.value)}
        />
        <kbd aria-hidden="true">/</kbd>
      </form>
    </search>
  )
}

function isShortcut({ key, ctrlKey, metaKey, altKey, target }: KeyboardEvent): boolean {
  if ((ctrlKey || metaKey) && key.toLowerCase() === 'k') return true
  const isTyping = target instanceof HTMLElement && /^(input|textarea|select)$/i.test(target.tagName)
  return key === '/' && !isTyping && !ctrlKey && !metaKey && !altKey
}
