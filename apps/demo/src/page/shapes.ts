/** The fields of the drift API's answers that the page uses. */
export interface Routed {
  readonly action: Action
  readonly branchId: string
  readonly branchTopic: string
  readonly messageId: string
  readonly reason: string
  readonly confidence: number
}

/** The action for a message: stay in the current branch, go back to another, or start a new one. */
export type Action = 'STAY' | 'ROUTE' | 'BRANCH'

/** The author of a message. */
export type Role = 'user' | 'assistant'

/** A branch, as the API lists it. */
export interface Branch {
  readonly id: string
  readonly topic: string
  readonly messageCount: number
  readonly factCount: number
  readonly parentId?: string
}

/** A message that the server has. */
interface StoredMessage {
  readonly id: string
  readonly role: Role
  readonly content: string
}

/** A fact of a branch. */
export interface Fact {
  readonly id: string
  readonly key: string
  readonly value: string
  readonly confidence: number
}

/** A conversation as the server has it. */
export interface Conversation {
  readonly branches: readonly (Branch & { readonly facts: readonly Fact[] })[]
  /** The latest, in order. */
  readonly messages: readonly (StoredMessage & { readonly branchId: string })[]
  /** The number of messages before these. */
  readonly omittedMessages: number
}

/** The facts of one branch. */
export interface BranchFacts {
  readonly branchId: string
  readonly branchTopic: string
  readonly facts: readonly Fact[]
}

/** The context of a branch. */
export interface Context {
  readonly branchId: string
  readonly messages: readonly StoredMessage[]
  readonly allFacts: readonly BranchFacts[]
}

const actions = new Set<unknown>(['STAY', 'ROUTE', 'BRANCH'])
const roles = new Set<unknown>(['user', 'assistant'])

/** Returns whether a value is an object with fields of the given types. */
function has(value: unknown, fields: Readonly<Record<string, 'string' | 'number'>>): value is Record<string, unknown> {
  if (!isRecord(value)) return false
  return Object.entries(fields).every(([name, type]) => typeof value[name] === type)
}

/** Returns whether a value is an object and not an array. */
export function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

/** Returns whether a value is an array whose items all pass. */
export function isListOf<Item>(value: unknown, isItem: (item: unknown) => item is Item): value is Item[] {
  return Array.isArray(value) && value.every((item) => isItem(item))
}

/** Returns whether a value is the result of routing a message. */
export function isRouted(value: unknown): value is Routed {
  return (
    has(value, {
      branchId: 'string',
      branchTopic: 'string',
      messageId: 'string',
      reason: 'string',
      confidence: 'number',
    }) && actions.has(value['action'])
  )
}

/** Returns whether a value is a branch. */
export function isBranch(value: unknown): value is Branch {
  return (
    has(value, { id: 'string', topic: 'string', messageCount: 'number', factCount: 'number' }) &&
    ['string', 'undefined'].includes(typeof value['parentId'])
  )
}

/** Returns whether a value is a fact. */
export function isFact(value: unknown): value is Fact {
  return has(value, { id: 'string', key: 'string', value: 'string', confidence: 'number' })
}

/** Returns whether a value is a conversation. */
export function isConversation(value: unknown): value is Conversation {
  return (
    has(value, { omittedMessages: 'number' }) &&
    isListOf(value['branches'], isBranchWithFacts) &&
    isListOf(value['messages'], isPlacedMessage)
  )
}

/** Returns whether a value is the context of a branch. */
export function isContext(value: unknown): value is Context {
  return (
    has(value, { branchId: 'string' }) &&
    isListOf(value['messages'], isStoredMessage) &&
    isListOf(value['allFacts'], isBranchFacts)
  )
}

function isBranchWithFacts(value: unknown): value is Conversation['branches'][number] {
  return isBranch(value) && 'facts' in value && isListOf(value.facts, isFact)
}

function isPlacedMessage(value: unknown): value is Conversation['messages'][number] {
  return isStoredMessage(value) && 'branchId' in value && typeof value.branchId === 'string'
}

function isStoredMessage(value: unknown): value is StoredMessage {
  return has(value, { id: 'string', content: 'string' }) && roles.has(value['role'])
}

function isBranchFacts(value: unknown): value is BranchFacts {
  return has(value, { branchId: 'string', branchTopic: 'string' }) && isListOf(value['facts'], isFact)
}
