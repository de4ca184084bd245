import { useAnnounce } from './live-region.js'

/**
 * Renders a button that copies a text and announces the result.
 *
 * @param props.name - names the text where it is too long to be read out
 */
export function CopyButton({ text, name = text }: { readonly text: string; readonly name?: string }) {
  const announce = useAnnounce()
  const copy = async () => {
    try {
      await navigator.clipboard.writeText(text)
      announce(`Copied ${name}`)
    } catch {
      // Browsers offer the clipboard only under HTTPS or localhost, and a person can refuse it.
      announce(`The browser does not allow copying: select ${name} and copy it by hand`)
    }
  }
  return (
    <button type="button" className="copy" aria-label={`Copy ${name}`} title="Copy" onClick={() => void copy()}>
      <svg viewBox="0 0 16 16" width="14" height="14" aria-hidden="true">
        <rect x="5.5" y="5.5" width="8" height="8" rx="1.5" />
        <path d="M10.5 3.5v-.5a1.5 1.5 0 0 0-1.5-1.5H3A1.5 1.5 0 0 0 1.5 3v6A1.5 1.5 0 0 0 3 10.5h.5" />
      </svg>
    </button>
  )
}
