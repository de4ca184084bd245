import { describe, expect, it, onTestFinished, vi } from 'vitest'
import { api } from './api.js'

/** Answers the next calls, and records them. */
function answerWith(...answers: (Response | Error)[]) {
  const asked: { path: string; body: unknown }[] = []
  vi.stubGlobal('fetch', async (path: string, { body }: RequestInit = {}) => {
    asked.push({ path, body: typeof body === 'string' ? JSON.parse(body) : undefined })
    const answer = answers.shift()!
    if (answer instanceof Error) throw answer
    return answer
  })
  onTestFinished(() => void vi.unstubAllGlobals())
  return asked
}

const success = (data: unknown) => Response.json({ success: true, data })
const failure = (status: number, code: string) =>
  Response.json({ success: false, error: { code, message: 'no' } }, { status })
const routed = {
  action: 'STAY',
  branchId: 'b',
  branchTopic: 'B',
  messageId: 'm',
  reason: 'because',
  confidence: 1,
}

const branch = { id: 'b', topic: 'B', messageCount: 1, factCount: 0 }
const stored = { id: 'm', branchId: 'b', role: 'user', content: 'hi' }
const conversation = { branches: [{ ...branch, facts: [] }], messages: [stored], omittedMessages: 0 }

describe('api', () => {
  it('leaves a message to the decider, or pins it', async () => {
    const asked = answerWith(success(routed), success(routed))
    const message = { conversationId: 'c', content: 'hi', role: 'user' as const }
    expect(await api.route(message)).toEqual(routed)
    await api.route({ ...message, targetBranchId: 'b' })
    expect(asked).toEqual([
      { path: '/api/v1/drift/route', body: message },
      { path: '/api/v1/drift/route', body: { ...message, branchMode: 'PINNED', targetBranchId: 'b' } },
    ])
  })

  it('encodes any id', async () => {
    const asked = answerWith(success([]), success(conversation))
    expect(await api.branches('a/b?c')).toEqual([])
    expect(await api.conversation('a/b?c')).toEqual(conversation)
    expect(asked.map(({ path }) => path)).toEqual([
      '/api/v1/drift/branches/a%2Fb%3Fc',
      '/api/v1/drift/conversations/a%2Fb%3Fc',
    ])
  })

  it.each([[{ ...routed, action: 'JUMP' }], [{ ...routed, messageId: undefined }], [undefined], [[routed]]])(
    'refuses an answer of another form: %j',
    async (data) => {
      answerWith(success(data))
      await expect(api.route({ conversationId: 'c', content: 'hi', role: 'user' })).rejects.toMatchObject({
        code: 'UNKNOWN_ANSWER',
      })
    },
  )

  it.each([
    ['context', () => api.context('b'), { branchId: 'b', messages: [{ id: 'm' }], allFacts: [] }],
    ['context', () => api.context('b'), { branchId: 'b', messages: [], allFacts: [{ branchId: 'b', facts: [] }] }],
    ['conversation', () => api.conversation('c'), { ...conversation, omittedMessages: undefined }],
    ['conversation', () => api.conversation('c'), { ...conversation, branches: [branch] }],
    ['conversation', () => api.conversation('c'), { ...conversation, messages: [{ ...stored, branchId: undefined }] }],
    ['conversation', () => api.conversation('c'), { ...conversation, messages: [{ ...stored, role: 'system' }] }],
    ['branches', () => api.branches('c'), [{ ...branch, parentId: null }]],
  ])('refuses a %s of another form', async (_what, ask, data) => {
    answerWith(success(data))
    await expect(ask()).rejects.toMatchObject({ code: 'UNKNOWN_ANSWER' })
  })

  it('accepts that a conversation is already deleted', async () => {
    answerWith(failure(404, 'BRANCH_NOT_FOUND'), failure(503, 'DATABASE_DOWN'))
    await expect(api.deleteBranch('b')).resolves.toBeUndefined()
    await expect(api.deleteConversation('c')).rejects.toMatchObject({ code: 'DATABASE_DOWN' })
  })

  it('throws a failure when the server is down, or another server answers', async () => {
    answerWith(new TypeError('fetch failed'), new Response('<html>', { status: 502 }), new Response('<html>'))
    const ask = () => api.branches('c')
    await expect(ask()).rejects.toMatchObject({ code: 'UNREACHABLE', service: 'demo' })
    await expect(ask()).rejects.toMatchObject({ status: 502, code: 'UNKNOWN' })
    await expect(ask()).rejects.toMatchObject({ code: 'UNREACHABLE' })
  })
})
