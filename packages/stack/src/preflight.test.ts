import { createServer } from 'node:net'
import { describe, expect, it, onTestFinished } from 'vitest'
import { findMembers } from './members.js'
import { findObstacles } from './preflight.js'

describe('findObstacles', () => {
  it('finds none where every port is free and every variable valid', async () => {
    expect(await findObstacles([], {})).toMatchObject({ messages: [] })
  })

  it('lists invalid variables of every kind, each once, and asks for exit code 2', async () => {
    const { messages, exitCode } = await findObstacles([], {
      CORE_PORT: 'abc',
      EMBED_URL: 'ftp://example.com',
      DEMO_HOST: 'http://example.com',
      DATABASE_URL: 'mysql://root:hunter2@example.com',
    })
    expect(exitCode).toBe(2)
    expect(messages.map((message) => message.split(' ')[0])).toEqual([
      'CORE_PORT="abc"',
      'DEMO_HOST="http://example.com"',
      'EMBED_URL="ftp://example.com"',
      'DATABASE_URL="***"',
    ])
    expect(messages.join('\n')).not.toContain('hunter2')
  })

  it('says an invalid offset once, and every other setting that no service would start with', async () => {
    const { messages } = await findObstacles([], { DRIFTOS_PORT_OFFSET: '1e2', LOG_LEVEL: 'loud' })
    expect(messages.map((message) => message.split(' ')[0])).toEqual(['DRIFTOS_PORT_OFFSET="1e2"', 'LOG_LEVEL="loud"'])
  })

  it('names the process on a taken port and asks for exit code 1', async () => {
    const port = await takePort()
    const members = findMembers({}).filter(({ service }) => service === 'website')
    const { messages, exitCode } = await findObstacles(members, { WEBSITE_PORT: String(port) })
    expect(exitCode).toBe(1)
    expect(messages).toEqual([
      expect.stringMatching(
        new RegExp(`^website cannot listen on port ${port}: .*Stop that process, or set WEBSITE_PORT`),
      ),
    ])
  })

  it('counts each taken port once, and says how to start beside what holds them', async () => {
    const ports = [await takePort(), await takePort()]
    const members = findMembers({}).filter(({ service }) => service === 'website' || service === 'demo')
    const env = { WEBSITE_PORT: String(ports[0]), DEMO_PORT: String(ports[1]) }
    const { messages, hint } = await findObstacles(members, env)
    expect(messages).toHaveLength(2)
    expect(hint).toMatchInlineSnapshot(`"DRIFTOS_PORT_OFFSET=100 starts a second DriftOS beside the first."`)
  })
})

describe('findMembers', () => {
  it('leaves the embedded database out when DATABASE_URL names another', () => {
    const names = (env: Record<string, string>) => findMembers(env).map(({ service }) => service)
    expect(names({})).toEqual(['postgres', 'gateway', 'core', 'embed', 'website', 'demo'])
    expect(names({ DATABASE_URL: ' ' })).toContain('postgres')
    expect(names({ DATABASE_URL: 'postgresql://localhost/mine' })).not.toContain('postgres')
  })
})

function takePort(): Promise<number> {
  const server = createServer()
  onTestFinished(() => void server.close())
  return new Promise((resolve) => {
    server.listen(0, '127.0.0.1', () => resolve((server.address() as { port: number }).port))
  })
}
