import { describeFailure } from '../failure.js'
import type { Session } from '../session.js'
import type { Reply } from '../state.js'
import { FormattedText } from './formatted-text.js'

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
      <span className="gutter" />
      <div>
        <p className="landing" aria-busy={!isOver}>
          <strong>Model</strong> {labels[state]}
        </p>
        <FormattedText text={text} />
        {failure && <p className="reason">{describeFailure(failure)}</p>}
        {isOver && (
          <p className="actions">
            <button type="button" className="small" onClick={() => void session.retryReply()}>
              {state === 'broken' ? 'Ask again' : 'Save it'}
            </button>
            <button type="button" className="outline secondary small" onClick={session.dropReply}>
              Dismiss
            </button>
          </p>
        )}
      </div>
    </li>
  )
}
