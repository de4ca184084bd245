import { findSnippets } from './snippets.js'
import { Snippet } from './snippet.js'

/** Shows how a number is used and changed. */
export function UseIt() {
  return (
    <section aria-labelledby="use">
      <h2 id="use">Use it</h2>
      <div className="snippets">
        {findSnippets().map(({ title, code }) => (
          <Snippet key={title} title={title} code={code} />
        ))}
      </div>
    </section>
  )
}
