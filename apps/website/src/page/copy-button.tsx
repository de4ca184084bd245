import { useAnnounce } from './live-region.js'

/** Renders a button that copies a text and announces the result. */
export function CopyButton({ text }: { readonly text: string }) {
  const announce = useAnnounce()
  const copy = async () => {
    try {
      await navigator.clipboard.writeText(text)
      announce(`Copied ${text}`)
    } catch {
      // Browsers offer the clipboard only under HTTPS or localhost, and a person can refuse it.
      announce(`The browser does not allow copying: select ${text} by hand`)
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
