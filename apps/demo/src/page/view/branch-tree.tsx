import { memo, useRef } from 'react'
import type { Session } from '../session.js'
import type { Branch } from '../shapes.js'
import { isSameConversation, withDescendants, type State } from '../state.js'
import { ConfirmButton } from './confirm-button.js'
import { laneClass } from './lane-gutter.js'
import { PageLink } from './page-link.js'

interface TreeProps {
  readonly session: Session | undefined
  readonly state: State
  readonly conversationId: string | undefined
  readonly lanes: ReadonlyMap<string, number>
  readonly current: string | undefined
  readonly selected: string | undefined
  /** Called when a branch is selected. */
  readonly onLook: () => void
  /** Called when the conversation is deleted. */
  readonly onDeletedAll: () => void
}

/** Shows the branches of the conversation, each under its parent. */
export const BranchTree = memo(function BranchTree(props: TreeProps) {
  const title = useRef<HTMLHeadingElement>(null)
  const { branches } = props.state
  return (
    <>
      <h2 id="branches-title" ref={title} tabIndex={-1}>
        Branches
      </h2>
      {branches.length === 0 ? (
        <p>None yet: the first message starts one.</p>
      ) : (
        <>
          <Branches {...props} parentId={undefined} onDeleted={() => title.current?.focus()} />
          <ConfirmButton
            label="Delete conversation"
            question="Delete this conversation?"
            consequence="All of its branches, messages and facts go with it. This cannot be undone."
            onConfirm={async () => props.session?.deleteConversation()}
            onDone={props.onDeletedAll}
          />
        </>
      )}
    </>
  )
}, isSame)

/** Returns whether the tree looks the same. A growing answer does not change it, and the callbacks are stateless. */
function isSame(one: TreeProps, other: TreeProps): boolean {
  const names = ['session', 'conversationId', 'lanes', 'current', 'selected'] as const
  return names.every((name) => one[name] === other[name]) && isSameConversation(one.state, other.state)
}

function Branches(props: TreeProps & { parentId: string | undefined; onDeleted: () => void }) {
  const { branches } = props.state
  const isRoot = ({ parentId }: Branch) => !branches.some(({ id }) => id === parentId)
  const level = branches.filter((branch) =>
    props.parentId === undefined ? isRoot(branch) : branch.parentId === props.parentId,
  )
  if (level.length === 0) return null
  return (
    <ul className="tree">
      {level.map((branch) => (
        <li key={branch.id}>
          <BranchItem {...props} branch={branch} />
          <Branches {...props} parentId={branch.id} />
        </li>
      ))}
    </ul>
  )
}

function BranchItem({
  session,
  state,
  conversationId,
  lanes,
  current,
  selected,
  onLook,
  onDeleted,
  branch,
}: TreeProps & { branch: Branch; onDeleted: () => void }) {
  const { id, topic, messageCount } = branch
  const lane = lanes.get(id) ?? 0
  const isPinned = state.pinnedTo === id
  const facts = state.facts[id]?.length ?? branch.factCount
  const others = withDescendants(state.branches, id).size - 1
  return (
    <div className={`branch ${laneClass(lane)}`}>
      <PageLink
        to={{ ...(conversationId !== undefined && { conversationId }), branchId: id }}
        aria-current={selected === id ? 'true' : undefined}
        onClick={onLook}
      >
        {lane + 1} {topic}
      </PageLink>
      <p>
        {count(messageCount, 'message')}, {count(facts, 'fact')}
        {current === id && <span className="tag">current</span>}
        {isPinned && <span className="tag">pinned</span>}
      </p>
      <p className="actions">
        <button
          type="button"
          className="quiet"
          aria-pressed={isPinned}
          aria-label={`Pin messages to ${topic}`}
          onClick={() => (isPinned ? session?.unpin() : session?.pin(id))}
        >
          {isPinned ? 'Unpin' : 'Pin'}
        </button>
        <ConfirmButton
          label="Delete"
          name={`Delete the branch ${topic}`}
          question="Delete this branch?"
          consequence={`“${topic}” goes with its messages and facts${others > 0 ? `, and so ${others === 1 ? 'does 1 branch' : `do ${others} branches`} under it` : ''}. This cannot be undone.`}
          onConfirm={async () => session?.deleteBranch(id)}
          onDone={onDeleted}
        />
      </p>
    </div>
  )
}

function count(number: number, what: string): string {
  return `${number} ${what}${number === 1 ? '' : 's'}`
}
