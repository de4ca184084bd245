import { useSay } from './say.js'

/** Copies a text, and says whether it did. */
export function CopyButton({ text }: { readonly text: string }) {
  const say = useSay()
  const copy = async () => {
    try {
      await navigator.clipboard.writeText(text)
      say(`Copied ${text}`)
    } catch {
      // Without HTTPS or localhost there is no clipboard, and a person may have refused it.
      say(`The browser does not let this page copy: select ${text} by hand`)
    }
  }
  return (
    <button type="button" className="copy" aria-label={`Copy ${text}`} title="Copy" onClick={() => void copy()}>
      <svg viewBox="0 0 16 16" width="16" height="16" aria-hidden="true">
        <rect x="5.5" y="5.5" width="8" height="8" rx="1.5" />
        <path d="M10.5 3.5v-.5a1.5 1.5 0 0 0-1.5-1.5H3A1.5 1.5 0 0 0 1.5 3v6A1.5 1.5 0 0 0 3 10.5h.5" />
      </svg>
    </button>
  )
}
