import type { HighlightedSnippet } from '../highlight.js'
import { CopyButton } from './copy-button.js'

/** Shows how a number is used and changed. */
export function UseIt({ snippets }: { readonly snippets: readonly HighlightedSnippet[] }) {
  return (
    <>
      <h1>Use it</h1>
      <p>Code and commands without a number: each port comes from the registry.</p>
      <div className="snippets">
        {snippets.map(({ title, code, html }) => (
          <section key={title} aria-label={title}>
            <h2>
              {title} <CopyButton text={code} name={`the code of “${title}”`} />
            </h2>
            {/* oxlint-disable-next-line jsx-a11y/no-noninteractive-tabindex -- a keyboard can scroll only what has the focus */}
            <pre tabIndex={0}>
              <code dangerouslySetInnerHTML={{ __html: html }} />
            </pre>
          </section>
        ))}
      </div>
    </>
  )
}
