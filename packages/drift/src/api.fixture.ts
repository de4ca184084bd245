import { services, type Env, type ServiceName } from '@driftos/ports'
import { createService } from '@driftos/service'
import type { InjectOptions } from 'fastify'
import { Registry } from 'prom-client'
import { onTestFinished } from 'vitest'
import { registerDriftApi } from './api.js'
import { registerDatabase } from './database.js'
import type { Decider } from './decider.js'
import { factRules } from './fact-rules.js'
import type { FactExtractor } from './facts.js'
import { driftMigrations } from './migrations.js'
import { registerOpenApi } from './open-api.js'

/** Decides by the first word: a topic's name stays, goes back, or begins, `part` begins below the current one. */
export const byFirstWord: Decider = {
  decide({ content }, branches) {
    const [word = ''] = content.split(' ')
    const named = branches.find(({ topic }) => topic === word)
    const current = branches.find(({ isCurrent }) => isCurrent)
    const verdict = { reason: `the first word is ${word}`, confidence: 0.9 }
    if (word === 'part' && current) return Promise.resolve({ ...verdict, action: 'BRANCH', parentId: current.id })
    if (!named) return Promise.resolve({ ...verdict, action: 'BRANCH', topic: word })
    return Promise.resolve({ ...verdict, action: named.isCurrent ? 'STAY' : 'ROUTE', branchId: named.id })
  },
}

/** An app of the drift API on a database, with a way to call it. */
export function buildDriftApp(env: Env, decider = byFirstWord, extractor: FactExtractor = factRules) {
  const [service] = Object.keys(services) as [ServiceName]
  const app = createService({ service, version: '1.0.0', env: { LOG_LEVEL: 'silent' } })
  const metrics = new Registry()
  registerOpenApi(app, { title: 'test', version: '1.0.0', description: 'a test' })
  const database = registerDatabase(app, { env, schema: 'core', migrations: driftMigrations, metrics })
  registerDriftApi(app, { database, schema: 'core', decider, extractor, metrics })
  onTestFinished(() => app.close())

  async function call(method: 'GET' | 'POST' | 'DELETE', path: string, payload?: InjectOptions['payload']) {
    const url = `/api/v1/${path}`
    const response = await app.inject(payload === undefined ? { method, url } : { method, url, payload })
    return { status: response.statusCode, ...response.json<Answer>() }
  }

  /** Routes a message that is to be taken. */
  async function route(conversationId: string, content: string, more: object = {}) {
    const { status, data, error } = await call('POST', 'drift/route', { conversationId, content, ...more })
    if (status !== 200) throw Object.assign(new Error(`${status} ${error?.message}`), { status })
    return data as Routed
  }

  return { app, database, metrics, call, route }
}

/** The answer of a call. */
export interface Answer {
  readonly success: boolean
  readonly data?: unknown
  readonly error?: { readonly code: string; readonly message: string }
}

/** Where a message went, as far as the tests look. */
interface Routed {
  readonly action: string
  readonly branchId: string
  readonly branchTopic: string
  readonly messageId: string
  readonly previousBranchId?: string
  readonly isNewBranch: boolean
}
