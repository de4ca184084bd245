import { describeFailure } from '../failure.js'
import type { Session } from '../session.js'
import type { Outgoing } from '../state.js'
import { LongText } from './long-text.js'

/** Shows a message that has no branch yet. */
export function OutgoingRow({
  outgoing: { key, content, state, failure },
  session,
  onEdit,
}: {
  outgoing: Outgoing
  session: Session
  onEdit: (content: string) => void
}) {
  return (
    <li className="message outgoing">
      <div>
        <p className="landing" aria-busy={state === 'sending'}>
          <strong>You</strong>{' '}
          {{ waiting: 'Waiting for earlier messages', sending: 'Finding its branch…', failed: 'Not sent' }[state]}
        </p>
        <LongText text={content} />
        {failure && <p className="reason">{describeFailure(failure)}</p>}
        {state === 'failed' && (
          <p className="actions">
            <button type="button" className="primary" onClick={() => void session.retry(key)}>
              Retry
            </button>
            <button
              type="button"
              className="quiet"
              onClick={() => {
                void session.discard(key)
                onEdit(content)
              }}
            >
              Back into the box
            </button>
          </p>
        )}
      </div>
    </li>
  )
}
