/** Shows a piece of code under a title. */
export function Snippet({ title, code }: { readonly title: string; readonly code: string }) {
  return (
    <article>
      <h3>{title}</h3>
      {/* oxlint-disable-next-line jsx-a11y/no-noninteractive-tabindex -- without a mouse, what scrolls has to have the focus */}
      <pre tabIndex={0}>
        <code>{code.trim()}</code>
      </pre>
    </article>
  )
}
