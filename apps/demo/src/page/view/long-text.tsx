import { formatCount } from '../format-count.js'
import { FormattedText } from './formatted-text.js'

/** The length from which a text is folded. */
const bounds = { characters: 600, lines: 10 }

/** Shows a message's text, and a model's with its Markdown; a long one is folded after its start, unless it is `isOpen`. */
export function LongText({
  text,
  isModel = false,
  isOpen = false,
}: {
  text: string
  isModel?: boolean
  isOpen?: boolean
}) {
  const lines = text.split('\n')
  const whole = isModel ? <FormattedText text={text} /> : <p className="text">{text}</p>
  if (isOpen || (text.length <= bounds.characters && lines.length <= bounds.lines)) return whole
  const beginning = Array.from(lines.slice(0, 3).join('\n').slice(0, 300)).join('')
  return (
    <details className="text">
      <summary>
        <span className="beginning">{beginning}…</span> <small>{formatCount(text.length)} characters</small>
      </summary>
      {whole}
    </details>
  )
}
