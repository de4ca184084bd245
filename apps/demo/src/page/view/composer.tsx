import type { RefObject } from 'react'
import type { State } from '../state.js'

/** Renders the message box, which is cleared when a message is sent. */
export function Composer({
  box,
  draft,
  onDraft,
  onSubmit,
  state,
  onUnpin,
  onStop,
}: {
  box: RefObject<HTMLTextAreaElement | null>
  draft: string
  onDraft: (draft: string) => void
  onSubmit: (content: string) => void
  state: State
  onUnpin: (() => void) | undefined
  onStop: (() => void) | undefined
}) {
  const pinned = state.branches.find(({ id }) => id === state.pinnedTo)

  function submit(): void {
    if (draft.trim() === '') return
    onDraft('')
    onSubmit(draft)
  }

  return (
    <form
      className="composer"
      onSubmit={(event) => {
        event.preventDefault()
        submit()
      }}
    >
      <label className="visually-hidden" htmlFor="message">
        Message
      </label>
      <textarea
        id="message"
        ref={box}
        rows={2}
        value={draft}
        placeholder="Write a message"
        aria-describedby="message-hint"
        onChange={({ target }) => onDraft(target.value)}
        onKeyDown={(event) => {
          // In an input method, Enter completes a word and does not send.
          if (event.key !== 'Enter' || event.shiftKey || event.nativeEvent.isComposing) return
          event.preventDefault()
          if (!event.repeat) submit()
        }}
      />
      <div className="actions">
        <p id="message-hint">
          {pinned ? (
            <>
              Pinned to <strong>{pinned.topic}</strong>
            </>
          ) : (
            'Routed by topic. Enter sends, Shift+Enter starts a new line.'
          )}
        </p>
        {pinned && (
          <button
            type="button"
            className="outline secondary small"
            onClick={() => {
              onUnpin?.()
              box.current?.focus()
            }}
          >
            Unpin
          </button>
        )}
        {state.reply?.state === 'streaming' && (
          <button type="button" className="secondary small" onClick={onStop}>
            Stop
          </button>
        )}
        <button type="submit" className="small" disabled={draft.trim() === ''}>
          Send
        </button>
      </div>
    </form>
  )
}
