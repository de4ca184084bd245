import { readEarlier } from '../earlier.js'
import { samples, type Sample } from '../samples.js'
import { PlaceLink } from './place-link.js'

/** What stands in place of a conversation that has no message. */
export function Start({ isKnown, onSample }: { isKnown: boolean; onSample: (sample: Sample) => void }) {
  const earlier = readEarlier()
  return (
    <div className="scroll" tabIndex={-1}>
      {isKnown && <p>This conversation has no messages. It begins with yours.</p>}
      <p>
        Write about one thing, then about another, and come back to the first. Each message stays in its branch, begins
        a new one, or goes back to an earlier one; a model is then given that branch alone.
      </p>
      <h3>Samples to play</h3>
      <ul className="plain">
        {samples.map((sample) => (
          <li key={sample.title}>
            <button type="button" className="outline" onClick={() => onSample(sample)}>
              {sample.title} <small>{sample.texts.length} messages</small>
            </button>
          </li>
        ))}
      </ul>
      {earlier.length > 0 && (
        <>
          <h3>Earlier conversations of this browser</h3>
          <ul>
            {earlier.map(({ id, title }) => (
              <li key={id}>
                <PlaceLink to={{ conversationId: id }}>{title || id}</PlaceLink>
              </li>
            ))}
          </ul>
        </>
      )}
    </div>
  )
}
