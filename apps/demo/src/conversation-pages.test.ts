import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createService } from '@driftos/service'
import { expect, it, onTestFinished } from 'vitest'
import { serveConversationPages } from './conversation-pages.js'

const preload = (id: string) => `</api/v1/drift/conversations/${id}>; rel=preload; as=fetch; crossorigin`

it.each([
  ['/', 200, undefined],
  ['/c/a', 200, preload('a')],
  ['/c/a/', 200, preload('a')],
  ['/c/a?branch=b', 200, preload('a')],
  ['/c/a%2Fb', 200, preload('a%2Fb')],
  ['/c/%3E%22%0D%0A%20%C3%A9', 200, preload('%3E%22%0D%0A%20%C3%A9')],
  // The page reads no conversation from these.
  ['/c/', 200, undefined],
  ['/c/a/b', 200, undefined],
  ['/d/a', 404, undefined],
])('answers %s with %i, and has the browser request its conversation early', async (path, status, link) => {
  const folder = await mkdtemp(join(tmpdir(), 'driftos-demo-'))
  onTestFinished(() => rm(folder, { recursive: true }))
  await writeFile(join(folder, 'index.html'), '<!doctype html><title>demo</title>')
  const app = createService({ service: 'demo', version: '1.0.0', env: { LOG_LEVEL: 'silent' } })
  onTestFinished(() => app.close())
  serveConversationPages(app, folder)
  const response = await app.inject(path)
  expect(response.statusCode).toBe(status)
  expect(response.headers['link']).toBe(link)
  if (status !== 200) return
  expect(response.payload).toContain('<title>demo</title>')
  expect(response.headers['content-security-policy']).toBeDefined()
})
