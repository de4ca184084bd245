/** The length from which a text is folded. */
const bounds = { characters: 600, lines: 10 }

/** Shows a message's text; a long one is folded after its start. */
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
