import { describe, expect, it, vi } from 'vitest'
import type { Api, NewMessage } from './api.js'
import { Failure, failureOf, unreachable } from './failure.js'
import { createSession } from './session.js'
import { findUnanswered } from './state.js'
import type { Role } from './shapes.js'

const down = () => failureOf(502, { error: { message: 'core cannot be reached', service: 'core' } }, null)

/** A server in memory: one branch, unless a message says "new". */
function fakeServer() {
  const kept: { id: string; branchId: string; role: Role; content: string }[] = []
  /** What becomes of the next calls of `route`. */
  const faults: ('down' | 'lost' | 'slow' | 'refused')[] = []
  let isAway = false
  let omittedMessages = 0
  let release = () => {}
  const keep = ({ content, role, targetBranchId }: NewMessage) => {
    const isNew = kept.length === 0 || content.startsWith('new')
    const branchId = targetBranchId ?? (isNew ? `b${kept.length}` : kept.at(-1)!.branchId)
    const id = `m${kept.length}`
    kept.push({ id, branchId, role, content })
    const action = isNew ? ('BRANCH' as const) : ('STAY' as const)
    return { action, branchId, branchTopic: branchId, messageId: id, reason: 'because', confidence: 1 }
  }
  const ids = () => [...new Set(kept.map(({ branchId }) => branchId))]
  const api: Api = {
    async route(message) {
      const fault = isAway ? 'down' : faults.shift()
      if (fault === 'down') throw down()
      if (fault === 'refused') throw failureOf(400, { error: { message: 'no' } }, null)
      const isDeleted = message.targetBranchId !== undefined && !ids().includes(message.targetBranchId)
      if (isDeleted) throw failureOf(404, { error: { message: 'no such branch' } }, null)
      if (fault === 'slow') await new Promise<void>((resolve) => (release = resolve))
      const result = keep(message)
      if (fault === 'lost') throw unreachable(new Error('reset'))
      return result
    },
    async branches() {
      if (isAway) throw down()
      return ids().map((id) => {
        const messageCount = kept.filter(({ branchId }) => branchId === id).length
        return { id, topic: id, messageCount, factCount: 0 }
      })
    },
    async conversation(id) {
      const branches = (await api.branches(id)).map((branch) => Object.assign(branch, { facts: [] }))
      return { branches, messages: kept.slice(omittedMessages), omittedMessages }
    },
    async context(branchId) {
      const messages = kept.filter((message) => message.branchId === branchId)
      return { branchId, messages, allFacts: ids().map((id) => ({ branchId: id, branchTopic: id, facts: [] })) }
    },
    extractFacts: async () => [{ id: 'f', key: 'budget', value: '900', confidence: 0.6 }],
    deleteBranch: async (branchId) =>
      void kept.splice(0, Infinity, ...kept.filter((each) => each.branchId !== branchId)),
    deleteConversation: async () => void kept.splice(0),
    async *chat() {
      yield ''
      throw failureOf(503, { error: { code: 'NO_MODEL' } }, null)
    },
  }
  return {
    api,
    kept,
    faults,
    goAway: (away: boolean) => (isAway = away),
    omit: (count: number) => (omittedMessages = count),
    release: () => release(),
  }
}

function open(server = fakeServer(), chat?: Api['chat']) {
  const listener = {
    onLanded: vi.fn<(branchId: string) => void>(),
    onChanged: vi.fn<() => void>(),
    onTrouble: vi.fn<() => void>(),
    onNoModel: vi.fn<() => void>(),
    mayAnswer: () => chat !== undefined,
  }
  const session = createSession('c', { ...server.api, ...(chat && { chat }) }, listener)
  const contents = () => session.getState().messages.map(({ content }) => content)
  const outbox = () => session.getState().outbox.map(({ content, state }) => `${content} ${state}`)
  return { ...server, session, listener, contents, outbox, state: session.getState }
}

describe('a session', () => {
  it('reads what another browser writes, and only then', async () => {
    const server = fakeServer()
    const here = open(server)
    await here.session.submit('one')
    const there = open(server)
    await there.session.load()
    const before = here.state().messages
    await here.session.refresh()
    expect(here.state().messages).toBe(before)

    await there.session.submit('two')
    await there.session.submit('new three')
    await here.session.refresh()
    expect(here.contents()).toEqual(['one', 'two', 'new three'])
    await server.api.deleteConversation('c')
    await here.session.refresh()
    expect(here.contents()).toEqual([])
    server.goAway(true)
    await here.session.refresh()
    expect(here.state().phase).toBe('ready')
  })

  it('reads again after a message in progress, once', async () => {
    const server = fakeServer()
    const { session, faults, api, release, contents } = open(server)
    await session.submit('one')
    const there = open(server)
    await there.session.load()
    faults.push('slow')
    const sent = session.submit('three')
    await expect.poll(() => session.getState().outbox[0]?.state).toBe('sending')
    await there.session.submit('two')
    const branches = vi.spyOn(api, 'branches')
    const refreshed = Promise.all([session.refresh(), session.refresh()])
    expect(branches).not.toHaveBeenCalled()
    release()
    await Promise.all([sent, refreshed])
    expect(contents().toSorted()).toEqual(['one', 'three', 'two'])
  })

  it('sends messages one after another, in the order in which they were written', async () => {
    const { session, faults, release, contents, outbox, listener } = open()
    faults.push('slow')
    const all = [session.submit('one'), session.submit('two'), session.submit('new three')]
    await expect.poll(() => outbox()).toEqual(['one sending', 'two waiting', 'new three waiting'])
    release()
    await Promise.all(all)
    expect(contents()).toEqual(['one', 'two', 'new three'])
    expect(listener.onLanded.mock.calls).toEqual([['b0'], ['b0'], ['b2']])
  })

  it('reads a conversation in the order of all its branches, with one request', async () => {
    const server = fakeServer()
    for (const content of ['one', 'new two', 'three'])
      await server.api.route({ conversationId: 'c', content, role: 'user' })
    await server.api.route({ conversationId: 'c', content: 'four', role: 'user', targetBranchId: 'b0' })
    const conversation = vi.spyOn(server.api, 'conversation')
    const context = vi.spyOn(server.api, 'context')
    const { session, contents, state } = open(server)
    await session.load()
    expect([conversation, context].map(({ mock }) => mock.calls)).toEqual([[['c']], []])
    expect(contents()).toEqual(['one', 'new two', 'three', 'four'])
    expect(state().messages.map(({ landing }) => landing.action)).toEqual(['BRANCH', 'BRANCH', 'STAY', 'ROUTE'])
  })

  it('does not read a conversation again because its first messages are omitted', async () => {
    const server = fakeServer()
    for (const content of ['one', 'two', 'three'])
      await server.api.route({ conversationId: 'c', content, role: 'user' })
    server.omit(1)
    const { session, contents, state } = open(server)
    await session.load()
    const before = state().messages
    await session.refresh()
    expect(contents()).toEqual(['two', 'three'])
    expect(state()).toMatchObject({ omittedMessages: 1 })
    expect(state().messages).toBe(before)
  })

  it('reports why a conversation cannot be read, and retries', async () => {
    const { session, state, goAway, listener } = open()
    goAway(true)
    await session.load()
    expect(state()).toMatchObject({ phase: 'failed', loadFailure: { service: 'core' } })
    expect(listener.onTrouble).toHaveBeenCalledTimes(1)
    goAway(false)
    await session.load()
    expect(state().phase).toBe('ready')
  })

  it('keeps an unsent message, and all after it, until it is retried', async () => {
    const { session, faults, contents, outbox, kept } = open()
    faults.push('down')
    await Promise.all([session.submit('one'), session.submit('two')])
    expect(outbox()).toEqual(['one failed', 'two waiting'])
    await session.retry()
    expect(contents()).toEqual(['one', 'two'])
    expect(kept).toHaveLength(2)
  })

  it('sends the messages after one that the server refuses, and retries that one alone', async () => {
    const { session, faults, contents, outbox, state } = open()
    faults.push('refused')
    await Promise.all([session.submit('one'), session.submit('two')])
    expect(contents()).toEqual(['two'])
    expect(outbox()).toEqual(['one failed'])
    await session.retry()
    expect(outbox()).toEqual(['one failed'])
    await session.retry(state().outbox[0]!.key)
    expect(contents()).toEqual(['two', 'one'])
  })

  it('routes a message by topic when the branch that it is pinned to is deleted elsewhere', async () => {
    const { session, api, contents, outbox, state } = open()
    await session.submit('one')
    await session.submit('new two')
    session.pin('b1')
    await api.deleteBranch('b1')
    await Promise.all([session.submit('three'), session.submit('four')])
    expect(outbox()).toEqual([])
    expect(contents().slice(-2)).toEqual(['three', 'four'])
    expect(state().messages.at(-1)!.branchId).toBe('b0')
    expect(state().pinnedTo).toBeUndefined()
  })

  it('sends each attempt of a message with the same key, and each message with another', async () => {
    const server = fakeServer()
    const keys: (string | undefined)[] = []
    const route: Api['route'] = (message) => {
      keys.push(message.idempotencyKey)
      return server.api.route(message)
    }
    const { session } = open({ ...server, api: { ...server.api, route } })
    server.faults.push('down')
    await session.submit('one')
    await session.retry()
    await session.submit('two')
    expect(keys[0]).toMatch(/./)
    expect(keys).toEqual([keys[0], keys[0], expect.not.stringMatching(`^${keys[0]}$`)])
  })

  it('does not resend a message that the server has, although its answer was lost', async () => {
    const { session, faults, contents, outbox, kept } = open()
    faults.push('lost')
    await session.submit('one')
    expect(outbox()).toEqual(['one failed'])
    await session.retry()
    expect(contents()).toEqual(['one'])
    expect(kept).toHaveLength(1)
  })

  it('resends nothing while the server’s state is unknown', async () => {
    const { session, faults, goAway, outbox, kept } = open()
    faults.push('lost')
    await session.submit('one')
    goAway(true)
    await session.retry()
    expect(outbox()).toEqual(['one failed'])
    expect(kept).toHaveLength(1)
  })

  it('sends the messages after a dismissed one', async () => {
    const { session, faults, contents, state } = open()
    faults.push('down')
    await Promise.all([session.submit('one'), session.submit('two')])
    await session.discard(state().outbox[0]!.key)
    expect(contents()).toEqual(['two'])
  })

  it('pins, finds facts, and deletes', async () => {
    const { session, state, contents, kept } = open()
    await session.submit('one')
    await session.submit('new two')
    session.pin('b0')
    await session.submit('three')
    expect(state().messages.at(-1)!.branchId).toBe('b0')
    session.unpin()
    await session.extractFacts('b0')
    expect(state().facts['b0']).toMatchObject([{ key: 'budget' }])
    await session.deleteBranch('b1')
    expect(contents()).toEqual(['one', 'three'])
    await session.deleteConversation()
    expect(kept).toEqual([])
  })
})

describe('a session with a model', () => {
  it('keeps the answer in the branch that it answers', async () => {
    const { session, contents, state, kept } = open(undefined, async function* chat(messages) {
      yield 'You said '
      yield messages.at(-1)!.content
    })
    await session.submit('one')
    expect(contents()).toEqual(['one', 'You said one'])
    expect(kept.at(-1)).toMatchObject({ role: 'assistant', branchId: 'b0' })
    expect(state().reply).toBeUndefined()
  })

  it('is asked again for an answer that is missing', async () => {
    let isAway = true
    const { session, contents, state } = open(undefined, async function* chat() {
      if (isAway) throw new Failure({ status: 503, code: 'MODEL_UNAVAILABLE', message: 'no model' })
      yield 'Hello'
    })
    await session.submit('one')
    session.dropReply()
    expect(findUnanswered(state())?.content).toBe('one')
    isAway = false
    await session.ask()
    expect(contents()).toEqual(['one', 'Hello'])
    expect(findUnanswered(state())).toBeUndefined()
  })

  it('updates the page seldom while an answer grows, and loses no piece', async () => {
    const pieces = Array.from({ length: 500 }, (_, index) => `${index} `)
    const { session, contents } = open(undefined, async function* chat() {
      yield* pieces
    })
    let updates = 0
    session.subscribe(() => updates++)
    await session.submit('one')
    expect(contents()[1]).toBe(pieces.join(''))
    expect(updates).toBeLessThan(50)
  })

  it('keeps the text before it was stopped', async () => {
    const { session, contents, state } = open(undefined, async function* chat(_messages, signal) {
      yield 'Some'
      await new Promise((resolve) => signal.addEventListener('abort', resolve))
      throw new DOMException('stopped', 'AbortError')
    })
    const sent = session.submit('one')
    await expect.poll(() => state().reply?.text).toBe('Some')
    session.stopReply()
    await sent
    expect(contents()).toEqual(['one', 'Some'])
  })

  it('shows the text before it broke off, and retries', async () => {
    let count = 0
    const { session, contents, state } = open(undefined, async function* chat() {
      yield 'Hel'
      if (count++ === 0) throw new Failure({ status: 502, code: 'BROKEN_OFF', message: 'it broke off' })
      yield 'lo'
    })
    await session.submit('one')
    expect(state().reply).toMatchObject({ state: 'broken', text: 'Hel', failure: { message: 'it broke off' } })
    await session.retryReply()
    expect(contents()).toEqual(['one', 'Hello'])
  })

  it('stores an answer once, even if the result of the first attempt is unknown', async () => {
    const { session, faults, contents, state } = open(undefined, async function* chat() {
      faults.push('lost')
      yield 'Hello'
    })
    await session.submit('one')
    expect(state().reply?.state).toBe('unstored')
    await session.retryReply()
    expect(contents()).toEqual(['one', 'Hello'])
    expect(state().reply).toBeUndefined()
  })

  it('handles that there is none', async () => {
    const server = fakeServer()
    const { session, state, listener } = open(server, server.api.chat)
    await session.submit('one')
    expect(listener.onNoModel).toHaveBeenCalledTimes(1)
    expect(state().reply).toBeUndefined()
  })
})
