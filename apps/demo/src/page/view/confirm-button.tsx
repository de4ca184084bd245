import { useRef, useState } from 'react'
import { Failure, describeFailure } from '../failure.js'

/** Renders a button for an irreversible action: it asks for confirmation and shows a failure. */
export function ConfirmButton({
  label,
  name,
  question,
  consequence,
  onConfirm,
  onDone,
}: {
  label: string
  /** The accessible name, if the label alone is ambiguous. */
  name?: string
  question: string
  consequence: string
  onConfirm: () => Promise<void>
  /** Called after the dialog is closed, to move the focus. */
  onDone: () => void
}) {
  const dialog = useRef<HTMLDialogElement>(null)
  const [isBusy, setBusy] = useState(false)
  const [failure, setFailure] = useState<string>()

  async function confirm(): Promise<void> {
    setBusy(true)
    setFailure(undefined)
    try {
      await onConfirm()
      dialog.current?.close()
      onDone()
    } catch (error) {
      setFailure(error instanceof Failure ? describeFailure(error) : String(error))
    }
    setBusy(false)
  }

  return (
    <>
      <button
        type="button"
        className="quiet"
        aria-label={name}
        onClick={() => {
          setFailure(undefined)
          dialog.current?.showModal()
        }}
      >
        {label}
      </button>
      <dialog ref={dialog} aria-label={question}>
        <article>
          <h2>{question}</h2>
          <p>{consequence}</p>
          {failure !== undefined && <p role="alert">Not deleted. {failure}</p>}
          <footer>
            <button type="button" onClick={() => dialog.current?.close()}>
              Keep
            </button>
            <button
              type="button"
              className="danger"
              aria-busy={isBusy}
              disabled={isBusy}
              onClick={() => void confirm()}
            >
              Delete
            </button>
          </footer>
        </article>
      </dialog>
    </>
  )
}
