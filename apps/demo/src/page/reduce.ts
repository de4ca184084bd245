import { describeFailure, type Failure } from './failure.js'
import type { Branch, Conversation, Fact, Role, Routed } from './shapes.js'
import { withDescendants, words, type Landing, type Message, type Outgoing, type Reply, type State } from './state.js'

/** The events of a conversation. */
export type Event =
  | { readonly type: 'loading' }
  | { readonly type: 'loaded'; readonly conversation: Conversation }
  | { readonly type: 'loadFailed'; readonly failure: Failure }
  | { readonly type: 'submitted'; readonly key: string; readonly content: string }
  | { readonly type: 'sending'; readonly key: string }
  | { readonly type: 'landed'; readonly key: string; readonly routed: Routed }
  | { readonly type: 'notSent'; readonly key: string; readonly failure: Failure }
  | { readonly type: 'retried'; readonly key: string }
  | { readonly type: 'discarded'; readonly key: string }
  | { readonly type: 'branchesListed'; readonly branches: readonly Branch[] }
  | { readonly type: 'factsFound'; readonly branchId: string; readonly facts: readonly Fact[] }
  | { readonly type: 'pinned'; readonly branchId: string }
  | { readonly type: 'unpinned' }
  | { readonly type: 'pinLost'; readonly branchId: string }
  | { readonly type: 'branchDeleted'; readonly branchId: string }
  | { readonly type: 'replyBegun'; readonly branchId: string }
  | { readonly type: 'replyGrown'; readonly piece: string }
  | { readonly type: 'replyStoring' }
  | { readonly type: 'replyStored'; readonly routed: Routed }
  | { readonly type: 'replyFailed'; readonly state: 'broken' | 'unstored'; readonly failure: Failure }
  | { readonly type: 'replyDropped' }

/** Returns the state after an event. */
export function reduce(state: State, event: Event): State {
  switch (event.type) {
    case 'loading':
      return { ...without(state, 'loadFailure'), phase: 'loading' }
    case 'loaded':
      return takeConversation(state, event.conversation)
    case 'loadFailed':
      return { ...state, phase: 'failed', loadFailure: event.failure }
    case 'submitted':
      return { ...state, outbox: [...state.outbox, outgoingOf(state, event)] }
    case 'sending':
      return changeOutgoing(state, event.key, (outgoing) => ({ ...without(outgoing, 'failure'), state: 'sending' }))
    case 'landed':
      return land(state, event.key, event.routed)
    case 'notSent':
      return {
        ...changeOutgoing(state, event.key, (outgoing) => ({ ...outgoing, state: 'failed', failure: event.failure })),
        announcement: `Not sent. ${describeFailure(event.failure)}`,
      }
    case 'retried':
      return changeOutgoing(state, event.key, (outgoing) =>
        outgoing.state === 'failed' ? { ...without(outgoing, 'failure'), state: 'waiting' } : outgoing,
      )
    case 'discarded':
      return { ...state, outbox: state.outbox.filter(({ key }) => key !== event.key) }
    case 'branchesListed':
      return { ...state, branches: event.branches }
    case 'factsFound': {
      const count = event.facts.length
      const announcement = count === 0 ? 'No facts found.' : `${count} ${count === 1 ? 'fact' : 'facts'} found.`
      return { ...state, facts: { ...state.facts, [event.branchId]: event.facts }, announcement }
    }
    case 'pinned': {
      const announcement = `Messages are pinned to ${topicOf(state, event.branchId)}.`
      return { ...state, pinnedTo: event.branchId, announcement }
    }
    case 'unpinned':
      return { ...without(state, 'pinnedTo'), announcement: 'Messages are routed by topic.' }
    case 'pinLost':
      return losePin(state, event.branchId)
    case 'branchDeleted':
      return deleteBranch(state, event.branchId)
    case 'replyBegun':
      return { ...state, reply: { branchId: event.branchId, text: '', state: 'streaming' } }
    case 'replyGrown':
      return changeReply(state, (reply) => ({ ...reply, text: reply.text + event.piece }))
    case 'replyStoring':
      return changeReply(state, (reply) => ({ ...without(reply, 'failure'), state: 'storing' }))
    case 'replyStored':
      return state.reply ? storeReply(state, state.reply, event.routed) : state
    case 'replyFailed':
      return {
        ...changeReply(state, (reply) => ({ ...reply, state: event.state, failure: event.failure })),
        announcement: describeFailure(event.failure),
      }
    case 'replyDropped':
      return without(state, 'reply')
    default:
      return event satisfies never
  }
}

/** Derives the actions of messages from their order. */
function landingOf(previous: string | undefined, branchId: string, seen: ReadonlySet<string>): Landing {
  if (!seen.has(branchId)) return { action: 'BRANCH' }
  return { action: previous === branchId ? 'STAY' : 'ROUTE' }
}

function takeConversation(state: State, { branches, messages: stored, omittedMessages }: Conversation): State {
  const known = new Map(state.messages.map((message) => [message.id, message]))
  const seen = new Set(omittedMessages === 0 ? [] : branchesBegunBefore(stored, branches))
  const messages: Message[] = []
  for (const { id, branchId, role, content } of stored) {
    const landing = landingOf(messages.at(-1)?.branchId, branchId, seen)
    seen.add(branchId)
    // A message never changes: the same object is not rendered again.
    messages.push(known.get(id) ?? { id, branchId, role, content, landing })
  }
  // A new message with the text of a failed one is that message, whose answer was lost.
  const arrived = messages.filter(({ id }) => !known.has(id))
  const takeArrived = (role: Role, content: string) => {
    const index = arrived.findIndex((message) => message.role === role && message.content === content)
    if (index >= 0) arrived.splice(index, 1)
    return index >= 0
  }
  const outbox = state.outbox.filter(
    ({ state: progress, failure, content }) =>
      !(progress === 'failed' && failure?.isUncertain && takeArrived('user', content)),
  )
  const isReplyTaken = state.reply?.state === 'unstored' && takeArrived('assistant', state.reply.text)
  const isPinGone = state.pinnedTo !== undefined && !branches.some(({ id }) => id === state.pinnedTo)
  return {
    ...without(
      state,
      'loadFailure',
      ...(isReplyTaken ? ['reply' as const] : []),
      ...(isPinGone ? ['pinnedTo' as const] : []),
    ),
    phase: 'ready',
    branches,
    messages,
    omittedMessages,
    facts: Object.fromEntries(branches.map(({ id, facts }) => [id, facts])),
    outbox,
  }
}

/** Returns the branches whose first messages are omitted. */
function branchesBegunBefore(messages: Conversation['messages'], branches: readonly Branch[]): string[] {
  const counts = new Map<string, number>()
  for (const { branchId } of messages) counts.set(branchId, (counts.get(branchId) ?? 0) + 1)
  return branches.filter(({ id, messageCount }) => messageCount > (counts.get(id) ?? 0)).map(({ id }) => id)
}

function outgoingOf({ pinnedTo }: State, { key, content }: { key: string; content: string }): Outgoing {
  return { key, content, state: 'waiting', ...(pinnedTo !== undefined && { targetBranchId: pinnedTo }) }
}

function land(state: State, key: string, routed: Routed): State {
  const outgoing = state.outbox.find((other) => other.key === key)
  if (!outgoing) return state
  return {
    ...append(state, routed, 'user', outgoing.content),
    outbox: state.outbox.filter((other) => other !== outgoing),
    announcement: `${words[routed.action]} ${quote(routed.branchTopic)}: ${routed.reason}.`,
  }
}

function storeReply(state: State, { text }: Reply, routed: Routed): State {
  return { ...without(append(state, routed, 'assistant', text), 'reply'), announcement: 'The model has answered.' }
}

function append(state: State, routed: Routed, role: Role, content: string): State {
  const { messageId: id, branchId, branchTopic: topic, action, reason, confidence } = routed
  const isNew = !state.branches.some((branch) => branch.id === branchId)
  return {
    ...state,
    messages: [...state.messages, { id, branchId, role, content, landing: { action, reason, confidence } }],
    branches: isNew
      ? [...state.branches, { id: branchId, topic, messageCount: 1, factCount: 0 }]
      : state.branches.map((branch) =>
          branch.id === branchId ? { ...branch, messageCount: branch.messageCount + 1 } : branch,
        ),
  }
}

/** Routes messages by topic that were pinned to a branch which is deleted. */
function losePin(state: State, branchId: string): State {
  return {
    ...(state.pinnedTo === branchId ? without(state, 'pinnedTo') : state),
    outbox: state.outbox.map((outgoing) =>
      outgoing.targetBranchId === branchId ? without(outgoing, 'targetBranchId') : outgoing,
    ),
    announcement: 'The branch that messages were pinned to is deleted. They are routed by topic.',
  }
}

function deleteBranch(state: State, branchId: string): State {
  const deleted = withDescendants(state.branches, branchId)
  const isDeleted = (id: string | undefined) => id !== undefined && deleted.has(id)
  const messages = state.messages.filter((message) => !isDeleted(message.branchId))
  const count = state.messages.length - messages.length
  return {
    ...without(
      state,
      ...(isDeleted(state.pinnedTo) ? ['pinnedTo' as const] : []),
      ...(isDeleted(state.reply?.branchId) ? ['reply' as const] : []),
    ),
    branches: state.branches.filter(({ id }) => !isDeleted(id)),
    outbox: state.outbox.map((outgoing) =>
      isDeleted(outgoing.targetBranchId) ? without(outgoing, 'targetBranchId') : outgoing,
    ),
    messages,
    announcement: `Deleted ${topicOf(state, branchId)}, ${deleted.size} ${deleted.size === 1 ? 'branch' : 'branches'} with ${count} ${count === 1 ? 'message' : 'messages'}.`,
  }
}

function changeOutgoing(state: State, key: string, change: (outgoing: Outgoing) => Outgoing): State {
  return { ...state, outbox: state.outbox.map((outgoing) => (outgoing.key === key ? change(outgoing) : outgoing)) }
}

function changeReply(state: State, change: (reply: Reply) => Reply): State {
  return state.reply ? { ...state, reply: change(state.reply) } : state
}

function topicOf({ branches }: State, branchId: string): string {
  return quote(branches.find(({ id }) => id === branchId)?.topic ?? branchId)
}

const quote = (text: string) => `“${text}”`

function without<Whole extends object, Name extends keyof Whole>(
  whole: Whole,
  ...names: Name[]
): Omit<Whole, Name> & Whole {
  const rest = { ...whole }
  for (const name of names) delete rest[name]
  return rest
}
