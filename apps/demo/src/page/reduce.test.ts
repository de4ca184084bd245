import { describe, expect, it } from 'vitest'
import { failureOf } from './failure.js'
import type { Action, Conversation, Routed } from './shapes.js'
import { reduce, type Event } from './reduce.js'
import { currentBranchOf, emptyState, withDescendants, type State } from './state.js'

const routed = (messageId: string, action: Action, branchId: string): Routed => ({
  messageId,
  action,
  branchId,
  branchTopic: `topic of ${branchId}`,
  reason: 'because',
  confidence: 0.5,
})
const branch = (id: string, parentId?: string) => ({
  id,
  topic: `topic of ${id}`,
  messageCount: 1,
  factCount: 0,
  facts: [],
  ...(parentId !== undefined && { parentId }),
})
const stored = (id: string, branchId: string, content = id) => ({
  id,
  branchId,
  content,
  role: 'user' as const,
})
const after = (state: State, ...events: Event[]) => events.reduce(reduce, state)
const submitted = (key: string, content = key): Event => ({ type: 'submitted', key, content })
const landed = (key: string, action: Action, branchId: string): Event => ({
  type: 'landed',
  key,
  routed: routed(`id of ${key}`, action, branchId),
})
const down = failureOf(502, { error: { message: 'core cannot be reached' } }, null)
const conversationOf = (...messages: ReturnType<typeof stored>[]): Conversation => ({
  branches: [...new Set(messages.map(({ branchId }) => branchId))].map((id) => branch(id)),
  messages,
  omittedMessages: 0,
})
const loaded = (...messages: ReturnType<typeof stored>[]): Event => ({
  type: 'loaded',
  conversation: conversationOf(...messages),
})

describe('a message', () => {
  it('waits, and is replaced by the server’s message after routing', () => {
    const waiting = after(emptyState, submitted('hi'))
    expect(waiting.outbox).toEqual([{ key: 'hi', content: 'hi', state: 'waiting' }])
    const state = after(waiting, { type: 'sending', key: 'hi' }, landed('hi', 'BRANCH', 'a'))
    expect(state.outbox).toEqual([])
    expect(state.messages).toEqual([
      {
        id: 'id of hi',
        branchId: 'a',
        role: 'user',
        content: 'hi',
        landing: { action: 'BRANCH', reason: 'because', confidence: 0.5 },
      },
    ])
    expect(state.branches).toMatchObject([{ id: 'a', topic: 'topic of a', messageCount: 1 }])
    expect(state.announcement).toBe('New branch “topic of a”: because.')
    expect(currentBranchOf(state)).toBe('a')
  })

  it('uses the pin of the time when it was written', () => {
    const state = after(
      emptyState,
      submitted('1'),
      { type: 'pinned', branchId: 'a' },
      submitted('2'),
      { type: 'unpinned' },
      submitted('3'),
    )
    expect(state.outbox.map(({ targetBranchId }) => targetBranchId)).toEqual([undefined, 'a', undefined])
  })

  it('stays in its position when it was not sent, until it is retried or dismissed', () => {
    const failed = after(emptyState, submitted('1'), submitted('2'), { type: 'notSent', key: '1', failure: down })
    expect(failed.outbox.map(({ state }) => state)).toEqual(['failed', 'waiting'])
    expect(failed.announcement).toBe('Not sent. Core cannot be reached.')
    expect(after(failed, { type: 'retried', key: '1' }).outbox.map(({ state }) => state)).toEqual([
      'waiting',
      'waiting',
    ])
    expect(after(failed, { type: 'discarded', key: '1' }).outbox.map(({ key }) => key)).toEqual(['2'])
  })

  it('is added once, even if it is reported again', () => {
    const once = after(emptyState, submitted('1'), landed('1', 'BRANCH', 'a'))
    expect(after(once, landed('1', 'BRANCH', 'a'))).toBe(once)
  })
})

describe('a conversation that is read', () => {
  it('derives the actions of messages from their order', () => {
    const state = after(emptyState, loaded(stored('1', 'a'), stored('2', 'a'), stored('3', 'b'), stored('4', 'a')))
    expect(state.messages.map(({ landing }) => landing)).toEqual([
      { action: 'BRANCH' },
      { action: 'STAY' },
      { action: 'BRANCH' },
      { action: 'ROUTE' },
    ])
  })

  it('has no new branch where the first message of a branch is omitted', () => {
    const conversation = {
      branches: [{ ...branch('a'), messageCount: 2 }, branch('b')],
      messages: [stored('2', 'b'), stored('3', 'a')],
      omittedMessages: 1,
    }
    const state = after(emptyState, { type: 'loaded', conversation })
    expect(state.messages.map(({ landing }) => landing)).toEqual([{ action: 'BRANCH' }, { action: 'ROUTE' }])
    expect(state.omittedMessages).toBe(1)
  })

  it('has the facts of each branch', () => {
    const facts = [{ id: 'f', key: 'budget', value: '900 euros', confidence: 0.6 }]
    const conversation = conversationOf(stored('1', 'a'), stored('2', 'b'))
    const branches = conversation.branches.map((each) => (each.id === 'b' ? { ...each, facts } : each))
    const state = after(emptyState, { type: 'loaded', conversation: { ...conversation, branches } })
    expect(state.facts).toEqual({ a: [], b: facts })
  })

  it('keeps the objects of known messages, so that their rows are not rendered again', () => {
    const once = after(emptyState, loaded(stored('1', 'a')))
    const twice = after(once, loaded(stored('1', 'a'), stored('2', 'a')))
    expect(twice.messages[0]).toBe(once.messages[0])
    expect(twice.messages).toMatchObject([{ id: '1' }, { id: '2', landing: { action: 'STAY' } }])
  })

  it('keeps the known reasons', () => {
    const state = after(emptyState, submitted('1'), landed('1', 'BRANCH', 'a'), loaded(stored('id of 1', 'a', '1')))
    expect(state.messages).toMatchObject([{ landing: { reason: 'because' } }])
  })

  it('has messages that seemed unsent, once for each time that they arrived', () => {
    const failed = after(emptyState, submitted('1', 'yes'), landed('1', 'BRANCH', 'a'), submitted('2', 'yes'), {
      type: 'notSent',
      key: '2',
      failure: down,
    })
    const known = stored('id of 1', 'a', 'yes')
    expect(after(failed, loaded(known)).outbox).toHaveLength(1)
    expect(after(failed, loaded(known, stored('x', 'a', 'yes'))).outbox).toEqual([])
  })

  it('does not treat a refused message as sent', () => {
    const refused = after(emptyState, submitted('1', 'yes'), {
      type: 'notSent',
      key: '1',
      failure: failureOf(429, {}, null),
    })
    expect(after(refused, loaded(stored('x', 'a', 'yes'))).outbox).toHaveLength(1)
  })

  it('has an answer that seemed not to be stored', () => {
    const state = after(
      emptyState,
      { type: 'replyBegun', branchId: 'a' },
      { type: 'replyGrown', piece: 'Yes' },
      { type: 'replyFailed', state: 'unstored', failure: down },
    )
    expect(after(state, loaded({ ...stored('x', 'a', 'Yes'), role: 'user' })).reply).toBeDefined()
    const answer = { ...stored('x', 'a', 'Yes'), role: 'assistant' as const }
    const conversation = { branches: [branch('a')], messages: [answer], omittedMessages: 0 }
    expect(after(state, { type: 'loaded', conversation }).reply).toBeUndefined()
  })

  it('removes a pin to a deleted branch', () => {
    const state = after(emptyState, { type: 'pinned', branchId: 'b' }, loaded(stored('1', 'a')))
    expect(state.pinnedTo).toBeUndefined()
  })
})

describe('a branch', () => {
  const tree = [branch('a'), branch('b', 'a'), branch('c', 'b'), branch('d')]

  it('has descendants', () => {
    expect([...withDescendants(tree, 'a')]).toEqual(['a', 'b', 'c'])
    expect([...withDescendants(tree, 'd')]).toEqual(['d'])
  })

  it('is deleted with its descendants, their messages and a pin to them', () => {
    const state = after(
      emptyState,
      {
        type: 'loaded',
        conversation: { ...conversationOf(stored('1', 'a'), stored('2', 'c'), stored('3', 'd')), branches: tree },
      },
      { type: 'pinned', branchId: 'c' },
      { type: 'branchDeleted', branchId: 'b' },
    )
    expect(state.branches.map(({ id }) => id)).toEqual(['a', 'd'])
    expect(state.messages.map(({ id }) => id)).toEqual(['1', '3'])
    expect(state.pinnedTo).toBeUndefined()
    expect(state.announcement).toBe('Deleted “topic of b”, 2 branches with 1 message.')
  })
})

describe('the model’s answer', () => {
  it('grows, and becomes a message', () => {
    const begun = after(
      emptyState,
      loaded(stored('1', 'a')),
      { type: 'replyBegun', branchId: 'a' },
      { type: 'replyGrown', piece: 'Hel' },
      { type: 'replyGrown', piece: 'lo' },
      { type: 'replyStoring' },
    )
    expect(begun.reply).toEqual({ branchId: 'a', text: 'Hello', state: 'storing' })
    const state = after(begun, { type: 'replyStored', routed: routed('r', 'STAY', 'a') })
    expect(state.reply).toBeUndefined()
    expect(state.messages.at(-1)).toMatchObject({ id: 'r', role: 'assistant', content: 'Hello', branchId: 'a' })
  })

  it('keeps the text so far when it breaks off', () => {
    const state = after(
      emptyState,
      { type: 'replyBegun', branchId: 'a' },
      { type: 'replyGrown', piece: 'Hel' },
      { type: 'replyFailed', state: 'broken', failure: down },
    )
    expect(state.reply).toMatchObject({ text: 'Hel', state: 'broken', failure: down })
    expect(after(state, { type: 'replyDropped' }).reply).toBeUndefined()
  })
})
