import { formatCount } from '../format-count.js'
import type { Saving } from '../saving.js'

/** Shows how much smaller the context is than the whole conversation. */
export function SavingMeter({ saving: { messages, tokens, share } }: { saving: Saving }) {
  const percent = Math.round(share * 100)
  return (
    <div className="saving">
      <p>
        {messages.context} of {messages.history} messages, about {formatCount(tokens.context)} of{' '}
        {formatCount(tokens.history)} tokens <strong>{percent > 0 ? `${percent} % less` : 'nothing saved yet'}</strong>
      </p>
      <progress
        value={Math.min(tokens.context, tokens.history)}
        max={Math.max(1, tokens.history)}
        aria-label="Share of the conversation that is given"
      />
      <p className="reason">
        One token is counted as four characters of messages and facts; real models count differently.
      </p>
    </div>
  )
}
