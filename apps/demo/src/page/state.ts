import type { Failure } from './failure.js'
import type { Action, Branch, Fact, Role } from './shapes.js'

/** A conversation as the page shows it. */
export interface State {
  readonly phase: 'loading' | 'ready' | 'failed'
  /** The reason why it could not be loaded. */
  readonly loadFailure?: Failure
  readonly branches: readonly Branch[]
  /** The messages that the server has, in its order. */
  readonly messages: readonly Message[]
  /** The number of messages before these, in a conversation that is too long for one answer of the server. */
  readonly omittedMessages: number
  /** By branch. */
  readonly facts: Readonly<Record<string, readonly Fact[]>>
  /** The messages that the server does not have yet, in the order of writing. */
  readonly outbox: readonly Outgoing[]
  /** The branch to which messages are pinned. */
  readonly pinnedTo?: string
  readonly reply?: Reply
  /** The last event, for screen readers. */
  readonly announcement: string
}

/** A message that has its branch. */
export interface Message {
  readonly id: string
  readonly branchId: string
  readonly role: Role
  readonly content: string
  readonly landing: Landing
}

/** How a message came to its branch. The reason is known only when it is routed; later the order determines the action. */
export interface Landing {
  readonly action: Action
  readonly reason?: string
  readonly confidence?: number
}

/** A message that is not on the server yet. */
export interface Outgoing {
  readonly key: string
  readonly content: string
  readonly targetBranchId?: string
  readonly state: 'waiting' | 'sending' | 'failed'
  readonly failure?: Failure
}

/** The model's answer, until it is one of the messages. */
export interface Reply {
  readonly branchId: string
  readonly text: string
  /** `broken`: incomplete; `unstored`: complete, but not stored by the server. */
  readonly state: 'streaming' | 'storing' | 'broken' | 'unstored'
  readonly failure?: Failure
}

/** Returns the state of an unknown conversation. */
export const emptyState: State = {
  phase: 'ready',
  branches: [],
  messages: [],
  omittedMessages: 0,
  facts: {},
  outbox: [],
  announcement: '',
}

/** Returns the current branch: that of the latest message. */
export function currentBranchOf({ messages }: Pick<State, 'messages'>): string | undefined {
  return messages.at(-1)?.branchId
}

/** Returns whether two states have the same branches, messages, facts and pin. */
export function isSameConversation(one: State, other: State): boolean {
  return (['branches', 'messages', 'facts', 'pinnedTo'] as const).every((name) => one[name] === other[name])
}

/** Returns the message that has no answer, if it is the last one. */
export function findUnanswered({ messages, outbox, reply }: State): Message | undefined {
  const last = messages.at(-1)
  return last?.role === 'user' && outbox.length === 0 && reply === undefined ? last : undefined
}

/** Returns a branch and its descendants. */
export function withDescendants(branches: readonly Branch[], branchId: string): ReadonlySet<string> {
  const found = new Set([branchId])
  for (const id of found) {
    for (const branch of branches) if (branch.parentId === id) found.add(branch.id)
  }
  return found
}

/** Returns a description of an action, followed by the branch's topic. */
export const words: Readonly<Record<Action, string>> = {
  BRANCH: 'New branch',
  ROUTE: 'Back to',
  STAY: 'Stays in',
}
