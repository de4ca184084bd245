import { factLines } from '../prompt.js'
import { countSaving } from '../saving.js'
import type { Session } from '../session.js'
import type { State } from '../state.js'
import { Facts } from './facts.js'
import { laneClass } from './lane-gutter.js'
import { LongText } from './long-text.js'
import { SavingMeter } from './saving-meter.js'

/** Shows the context of the selected branch for a model. */
export function ContextPanel({
  session,
  state,
  selected,
  lanes,
}: {
  session: Session | undefined
  state: State
  selected: string | undefined
  lanes: ReadonlyMap<string, number>
}) {
  const branch = state.branches.find(({ id }) => id === selected)
  if (!session || !branch)
    return (
      <>
        <h2 id="context-title">Context</h2>
        <p>The context of a branch for a model appears here once there is a branch.</p>
      </>
    )
  const messages = state.messages.filter(({ branchId }) => branchId === selected)
  const lines = factLines(Object.values(state.facts).map((facts) => ({ facts })))
  const lane = lanes.get(branch.id) ?? 0
  return (
    <>
      <h2 id="context-title">Context</h2>
      <p>
        The model’s context for{' '}
        <strong className={laneClass(lane)}>
          {lane + 1} {branch.topic}
        </strong>
      </p>
      <SavingMeter saving={countSaving(state.messages, messages, lines)} />
      <Facts key={branch.id} session={session} branchId={branch.id} state={state} />
      <h3>Its messages</h3>
      <ol className="given">
        {messages.map(({ id, role, content }) => (
          <li key={id}>
            <strong>{role === 'user' ? 'You' : 'Model'}</strong>
            <LongText text={content} />
          </li>
        ))}
      </ol>
    </>
  )
}
