import { describeFailure } from '../failure.js'
import type { Session } from '../session.js'
import type { Reply } from '../state.js'
import { GrowingText } from './formatted-text.js'

const labels: Readonly<Record<Reply['state'], string>> = {
  streaming: 'Answering…',
  storing: 'Saving…',
  broken: 'The answer is incomplete',
  unstored: 'The answer is not saved',
}

/** Shows the model's answer while it streams. */
export function ReplyRow({ reply: { text, state, failure }, session }: { reply: Reply; session: Session }) {
  const isOver = state === 'broken' || state === 'unstored'
  return (
    <li className="message outgoing">
      <div>
        <p className="landing" aria-busy={!isOver}>
          <strong>Model</strong> {labels[state]}
        </p>
        <GrowingText text={text} />
        {failure && <p className="reason">{describeFailure(failure)}</p>}
        {isOver && (
          <p className="actions">
            <button type="button" className="primary" onClick={() => void session.retryReply()}>
              {state === 'broken' ? 'Ask again' : 'Save it'}
            </button>
            <button type="button" className="quiet" onClick={session.dropReply}>
              Dismiss
            </button>
          </p>
        )}
      </div>
    </li>
  )
}
