import type { Queries } from './transaction.js'

/** The action for a message: stay in the current branch, go back to another, or start a new one. */
export type Action = 'STAY' | 'ROUTE' | 'BRANCH'

/** Who wrote a message. */
export type Role = 'user' | 'assistant'

/** A message that has come, and has no branch yet. */
export interface NewMessage {
  readonly conversationId: string
  readonly role: Role
  readonly content: string
}

/** A branch of the message's conversation, as far as a decision needs it. */
export interface BranchState {
  readonly id: string
  readonly topic: string
  /** Whether it contains the conversation's latest message. */
  readonly isCurrent: boolean
  /** Its latest messages, the oldest of them first, long ones cut short. */
  readonly recent: readonly { readonly role: Role; readonly content: string }[]
}

/** Stores a decider's data about a message, in the message's transaction. */
export type Save = (queries: Queries, branchId: string) => Promise<void>

/** The branch of a message, and the reason. */
export interface Decision {
  readonly action: Action
  /** The branch to which a ROUTE goes. */
  readonly branchId?: string
  /** The branch under which a new one hangs, if it is a part of it. */
  readonly parentId?: string
  /** The topic of a new branch; default: the start of the message. */
  readonly topic?: string
  /** The reason, for a developer. */
  readonly reason: string
  /** From 0 to 1. */
  readonly confidence: number
  /** Additional fields of the answer. */
  readonly metadata?: Readonly<Record<string, unknown>>
  /** The cosine similarity that decided, where one did. */
  readonly similarity?: number
  readonly save?: Save
}

/** Decides the branch of a message. It may be slow, because no transaction is open. */
export interface Decider {
  /** Decides about a message; the first of a conversation has no branches to choose from. */
  decide(message: NewMessage, branches: readonly BranchState[]): Promise<Decision>
  /** Returns what to store about a message whose branch the client chose. */
  note?(message: NewMessage, branch: BranchState | undefined): Promise<Save>
}
