import type { Queries } from './transaction.js'

/** Where a message goes: on in the current branch, back to another, or into a new one. */
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
  /** Whether the conversation's latest message stands in it. */
  readonly isCurrent: boolean
  /** Its latest messages, the oldest of them first, long ones cut short. */
  readonly recent: readonly { readonly role: Role; readonly content: string }[]
}

/** What a decider keeps of a message beside it; part of the message's own transaction. */
export type Save = (queries: Queries, branchId: string) => Promise<void>

/** Where a message goes, and why. */
export interface Decision {
  readonly action: Action
  /** The branch to which a ROUTE goes. */
  readonly branchId?: string
  /** The branch under which a new one hangs, if it is a part of it. */
  readonly parentId?: string
  /** What a new branch is about; without it, the message says so itself. */
  readonly topic?: string
  /** Why, in words for a developer. */
  readonly reason: string
  /** From 0 to 1. */
  readonly confidence: number
  /** What the answer tells besides. */
  readonly metadata?: Readonly<Record<string, unknown>>
  /** The cosine similarity that decided, where one did. */
  readonly similarity?: number
  readonly save?: Save
}

/** What decides where a message goes. It may take its time: no transaction is open meanwhile. */
export interface Decider {
  /** Decides about a message; the first of a conversation has no branches to choose from. */
  decide(message: NewMessage, branches: readonly BranchState[]): Promise<Decision>
  /** What to keep of a message whose branch the client chose; undefined is one that decisions no longer see. */
  note?(message: NewMessage, branch: BranchState | undefined): Promise<Save>
}
