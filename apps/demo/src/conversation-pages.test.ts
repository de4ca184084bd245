import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createService } from '@driftos/service'
import { expect, it, onTestFinished } from 'vitest'
import { serveConversationPages } from './conversation-pages.js'

it.each([
  ['/', 200],
  ['/c/a', 200],
  ['/c/a?branch=b', 200],
  ['/d/a', 404],
])('answers %s with %i', async (path, status) => {
  const folder = await mkdtemp(join(tmpdir(), 'driftos-demo-'))
  onTestFinished(() => rm(folder, { recursive: true }))
  await writeFile(join(folder, 'index.html'), '<!doctype html><title>demo</title>')
  const app = createService({ service: 'demo', version: '1.0.0', env: { LOG_LEVEL: 'silent' } })
  onTestFinished(() => app.close())
  serveConversationPages(app, folder)
  const response = await app.inject(path)
  expect(response.statusCode).toBe(status)
  if (status !== 200) return
  expect(response.payload).toContain('<title>demo</title>')
  expect(response.headers['content-security-policy']).toBeDefined()
})
