import { memo } from 'react'
import { factLines } from '../prompt.js'
import { countSaving } from '../saving.js'
import type { Session } from '../session.js'
import { isSameConversation, type State } from '../state.js'
import { Facts } from './facts.js'
import { laneClass } from './lane-gutter.js'
import { LongText } from './long-text.js'
import { SavingMeter } from './saving-meter.js'

interface ContextPanelProps {
  readonly session: Session | undefined
  readonly state: State
  readonly selected: string | undefined
  readonly lanes: ReadonlyMap<string, number>
}

/** Shows the context of the selected branch for a model. */
export const ContextPanel = memo(function ContextPanel({ session, state, selected, lanes }: ContextPanelProps) {
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
            <LongText text={content} isModel={role === 'assistant'} />
          </li>
        ))}
      </ol>
    </>
  )
}, isSame)

/** An answer that grows changes nothing here. */
function isSame(one: ContextPanelProps, other: ContextPanelProps): boolean {
  const isUnchanged = one.session === other.session && one.selected === other.selected && one.lanes === other.lanes
  return isUnchanged && isSameConversation(one.state, other.state)
}
