import { useState } from 'react'

/** Renders a button that copies a message and shows the result. */
export function CopyButton({ text }: { text: string }) {
  const [result, setResult] = useState('')
  const copy = async () => {
    try {
      await navigator.clipboard.writeText(text)
      setResult('Copied')
    } catch {
      // Browsers offer the clipboard only under HTTPS or localhost, and a person can refuse it.
      setResult('Select the text to copy it')
    }
    setTimeout(() => setResult(''), 3000)
  }
  return (
    <>
      <button type="button" className="quiet copy" aria-label="Copy the message" onClick={() => void copy()}>
        Copy
      </button>
      <output>{result}</output>
    </>
  )
}
