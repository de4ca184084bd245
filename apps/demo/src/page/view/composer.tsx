import { useImperativeHandle, useRef, useState, type Ref } from 'react'
import { keepDraft, readDraft } from '../draft.js'
import type { State } from '../state.js'

/** How others use the message box. */
export interface ComposerHandle {
  readonly focus: () => void
  /** Inserts a text before the content of the box. */
  readonly insert: (text: string) => void
}

/** Renders the message box, which is cleared when a message is sent, and keeps its text for a reload. */
export function Composer({
  ref,
  conversationId,
  onSubmit,
  state,
  onUnpin,
  onStop,
}: {
  ref: Ref<ComposerHandle>
  conversationId: string | undefined
  onSubmit: (content: string) => void
  state: State
  onUnpin: (() => void) | undefined
  onStop: (() => void) | undefined
}) {
  const box = useRef<HTMLTextAreaElement>(null)
  const [written, setWritten] = useState<{ conversationId: string | undefined; text: string }>()
  const isHere = written !== undefined && written.conversationId === conversationId
  const draft = isHere ? written.text : readDraft(conversationId)
  const onDraft = (text: string) => {
    setWritten({ conversationId, text })
    keepDraft(conversationId, text)
  }
  useImperativeHandle(ref, () => ({
    focus: () => box.current?.focus(),
    insert(text) {
      onDraft(draft === '' ? text : `${text}\n${draft}`)
      box.current?.focus()
    },
  }))
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
            className="quiet"
            onClick={() => {
              onUnpin?.()
              box.current?.focus()
            }}
          >
            Unpin
          </button>
        )}
        {state.reply?.state === 'streaming' && (
          <button type="button" onClick={onStop}>
            Stop
          </button>
        )}
        <button type="submit" className="primary" disabled={draft.trim() === ''}>
          Send
        </button>
      </div>
    </form>
  )
}
