import { rm } from 'node:fs/promises'
import { fileURLToPath } from 'node:url'
import { describe, expect, it, onTestFinished } from 'vitest'
import { findFreeOffset, portAt } from './free-offset.js'
import { startStack } from './stack-process.js'

interface Routed {
  readonly action: string
  readonly branchId: string
  readonly reason: string
}

interface Branch {
  readonly id: string
  readonly parentId?: string
}

/** Returns a client of the drift API, which returns the data of a success and throws the message of a failure. */
function connect(baseUrl: string) {
  async function call<Data>(method: string, path: string, body?: object): Promise<Data> {
    const response = await fetch(`${baseUrl}/api/v1/${path}`, {
      method,
      ...(body && { headers: { 'content-type': 'application/json' }, body: JSON.stringify(body) }),
    })
    const answer = (await response.json()) as { success: boolean; data: Data; error?: { message: string } }
    if (!response.ok || !answer.success) throw new Error(answer.error!.message)
    return answer.data
  }
  const route = (conversationId: string, content: string) =>
    call<Routed>('POST', 'drift/route', { conversationId, content, role: 'user' })
  const branches = (conversationId: string) => call<Branch[]>('GET', `drift/branches/${conversationId}`)
  return { call, route, branches }
}

// A first start of the embedded database takes seconds.
describe('the drift API, through the gateway, with the embedded database and no key', () => {
  it('serves DriftOS clients through core and through embed', async () => {
    const offset = await findFreeOffset()
    const data = fileURLToPath(new URL(`../.driftos/postgres-${portAt('postgres', offset)}`, import.meta.url))
    onTestFinished(() => rm(data, { recursive: true, force: true }))
    startStack('start', { DRIFTOS_PORT_OFFSET: offset, EMBEDDER: '' })
    for (const app of ['gateway', 'core', 'embed'] as const) {
      const path = app === 'gateway' ? '/health' : '/ready'
      const isReady = async () => (await fetch(`http://localhost:${portAt(app, offset)}${path}`)).ok
      await expect.poll(() => isReady().catch(() => false), { timeout: 120_000, interval: 250 }).toBe(true)
    }
    const gateway = `http://localhost:${portAt('gateway', offset)}`

    const core = connect(gateway)
    const pasta = await core.route('kitchen', 'Tell me about cooking pasta')
    expect(pasta).toMatchObject({ action: 'BRANCH', reason: 'no model is set, so embed decided: the first message' })
    expect(await core.route('kitchen', 'What sauces go with spaghetti?')).toMatchObject({ action: 'STAY' })
    const car = await core.route('kitchen', 'Completely different topic — car maintenance')
    expect(car.action).toBe('BRANCH')
    expect(await core.call('POST', `facts/${pasta.branchId}/extract`)).toMatchObject({ branchId: pasta.branchId })
    expect(await core.call('GET', `facts/${pasta.branchId}`)).toEqual([])
    expect(await core.call('GET', `context/${pasta.branchId}`)).toMatchObject({
      branchTopic: 'Tell me about cooking pasta',
      messages: [{ role: 'user', content: 'Tell me about cooking pasta' }, {}],
      allFacts: [{ isCurrent: true }, { isCurrent: false }],
    })
    expect(await core.call('DELETE', `drift/branches/${pasta.branchId}`)).toEqual({
      deletedMessages: 2,
      deletedFacts: 0,
    })
    expect((await core.branches('kitchen')).map(({ id }) => id)).toEqual([car.branchId])
    expect(await core.call('DELETE', 'drift/conversations/kitchen')).toMatchObject({ deletedBranches: 1 })
    await expect(core.call('DELETE', 'drift/conversations/kitchen')).rejects.toThrow(
      'There is no conversation "kitchen"',
    )

    const travel = await core.route('travel', 'I want to plan a trip to Paris')
    await core.route('travel', 'What should I pack for spring?')
    const espresso = await core.route('travel', 'Also, recommend me a good espresso machine')
    for (const { branchId } of [travel, espresso]) await core.call('POST', `facts/${branchId}/extract`)
    expect((await core.branches('travel')).length).toBeGreaterThanOrEqual(2)
    expect(await core.call('DELETE', 'drift/conversations/travel')).toMatchObject({ deletedMessages: 3 })
    expect(await core.branches('travel')).toEqual([])

    // embed stores its conversations separately from core's.
    await core.call('POST', 'embed/drift/route', { conversationId: 'apart', content: 'Tell me about cooking pasta' })
    expect(await core.call('GET', 'embed/drift/branches/apart')).toHaveLength(1)
    expect(await core.branches('apart')).toEqual([])
  })
})
