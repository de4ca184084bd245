/** Renders the search field; without JavaScript the server handles the search. */
export function Search({ query, onQuery }: { readonly query: string; readonly onQuery: (query: string) => void }) {
  return (
    <search>
      <form action="/" onSubmit={(event) => event.preventDefault()}>
        <label htmlFor="q">Search by name, number or variable</label>
        <input
          id="q"
          type="search"
          name="q"
          value={query}
          maxLength={100}
          autoComplete="off"
          spellCheck={false}
          onChange={(event) => onQuery(event.currentTarget.value)}
        />
      </form>
    </search>
  )
}
