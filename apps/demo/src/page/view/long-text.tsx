/** From how many characters or lines on a text is folded. */
const bounds = { characters: 600, lines: 10 }

/** A message's text as it was written; a long one is folded, and opens by its beginning. */
export function LongText({ text }: { text: string }) {
  const lines = text.split('\n')
  if (text.length <= bounds.characters && lines.length <= bounds.lines) return <p className="text">{text}</p>
  const beginning = Array.from(lines.slice(0, 3).join('\n').slice(0, 300)).join('')
  return (
    <details className="text">
      <summary>
        <span className="beginning">{beginning}…</span> <small>{text.length.toLocaleString('en')} characters</small>
      </summary>
      {text}
    </details>
  )
}
