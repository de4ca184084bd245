import type { FastifyInstance } from 'fastify'
import type { ZodTypeProvider } from 'fastify-type-provider-zod'
import type { Registry } from 'prom-client'
import { z } from 'zod'
import { deleteBranch, listBranches, readContext, readConversation } from './branches.js'
import {
  branchesData,
  contextData,
  conversationData,
  deletedBranchData,
  deletedConversationData,
  extractionData,
  factsData,
  failureSchema,
  idSchema,
  longestContent,
  routeBody,
  routeData,
  successOf,
} from './contract.js'
import { createConversationEvents } from './conversation-events.js'
import { deleteConversation } from './conversations.js'
import type { Database } from './database.js'
import type { Decider } from './decider.js'
import { branchNotFound, conversationNotFound, DriftError } from './errors.js'
import { createIdempotencyKeys, idempotencyKeySchema } from './idempotency.js'
import { listFacts, readFactSources, saveFacts, type FactExtractor } from './facts.js'
import { countDecisions } from './metrics.js'
import { createRoute } from './route.js'
import { tablesOf } from './tables.js'

/** The app's routes, typed by their zod schemas. */
export type Api = ReturnType<typeof typed>

export interface DriftApiOptions {
  readonly database: Database
  /** The schema in which the tables are, as the database's options name it. */
  readonly schema: string
  readonly decider: Decider
  readonly extractor: FactExtractor
  readonly metrics: Registry
}

const branchParams = z.object({ branchId: idSchema })
const failures = { 400: failureSchema, 404: failureSchema, 503: failureSchema }

/** Serves the drift API on an app that `registerOpenApi` has prepared. */
export function registerDriftApi(app: FastifyInstance, options: DriftApiOptions): void {
  const { database, schema, extractor, metrics } = options
  const tables = tablesOf(schema)
  const decisions = countDecisions(metrics)
  const route = createRoute(database, tables, options.decider)
  const keys = createIdempotencyKeys(database, tables)
  const events = createConversationEvents(app, database, tables)

  registerRoutes(app, database, (api) => {
    api.post(
      '/api/v1/drift/route',
      {
        schema: {
          tags: ['drift'],
          summary: 'Route a message to its branch',
          headers: z.looseObject({
            'idempotency-key': idempotencyKeySchema
              .optional()
              .describe('A key of the client for this message: the same request again gets the same answer'),
          }),
          body: routeBody,
          response: {
            ...failures,
            200: successOf(routeData),
            409: failureSchema,
            413: failureSchema,
            422: failureSchema,
          },
        },
      },
      async ({ body: { conversationId, content, role, branchMode, targetBranchId }, headers, log }, reply) => {
        if (Buffer.byteLength(content) > longestContent)
          throw new DriftError(413, 'CONTENT_TOO_LARGE', `content is longer than ${longestContent} bytes`)
        const pinnedTo = branchMode === 'PINNED' ? targetBranchId : undefined
        const disconnected = new AbortController()
        reply.raw.once('close', () => disconnected.abort())
        const message = { conversationId, content, role }
        const key = headers['idempotency-key']
        const claimed = key === undefined ? undefined : await keys.claim(key, message, pinnedTo)
        if (claimed && 'answer' in claimed) {
          reply.header('idempotency-replayed', 'true')
          return { success: true as const, data: claimed.answer }
        }
        try {
          const data = await route(message, { pinnedTo, signal: disconnected.signal, claim: claimed?.claim })
          decisions.inc({ action: data.action, mode: branchMode })
          return { success: true as const, data }
        } catch (error) {
          await claimed?.claim.release().catch((failure: unknown) => log.warn({ err: failure }, 'a key was not freed'))
          throw error
        }
      },
    )

    api.get(
      '/api/v1/drift/branches/:id',
      {
        schema: {
          tags: ['drift'],
          summary: 'List the branches of a conversation',
          params: z.object({ id: idSchema.describe("The conversation's id") }),
          response: { ...failures, 200: successOf(branchesData) },
        },
      },
      async ({ params }) => {
        const data = await listBranches(await database.use(), tables, params.id)
        return { success: true as const, data }
      },
    )

    api.delete(
      // The same path as the list's: OpenAPI has no two that differ by a parameter's name alone.
      '/api/v1/drift/branches/:id',
      {
        schema: {
          tags: ['drift'],
          summary: 'Delete a branch with all its descendants',
          params: z.object({ id: idSchema.describe("The branch's id") }),
          response: { ...failures, 200: successOf(deletedBranchData) },
        },
      },
      async ({ params: { id } }) => {
        const data = await deleteBranch(database, tables, id)
        if (!data) throw branchNotFound(id)
        return { success: true as const, data }
      },
    )

    api.get(
      '/api/v1/drift/conversations/:conversationId',
      {
        schema: {
          tags: ['drift'],
          summary: 'Read a conversation: its branches with their facts, and its messages',
          params: z.object({ conversationId: idSchema }),
          response: { ...failures, 200: successOf(conversationData) },
        },
      },
      async ({ params: { conversationId } }) => {
        const data = await readConversation(await database.use(), tables, conversationId)
        return { success: true as const, data }
      },
    )

    api.delete(
      '/api/v1/drift/conversations/:conversationId',
      {
        schema: {
          tags: ['drift'],
          summary: 'Delete a conversation with all that is in it',
          params: z.object({ conversationId: idSchema }),
          response: { ...failures, 200: successOf(deletedConversationData) },
        },
      },
      async ({ params: { conversationId } }) => {
        const data = await deleteConversation(database, tables, conversationId)
        if (!data) throw conversationNotFound(conversationId)
        return { success: true as const, data }
      },
    )

    api.get(
      '/api/v1/drift/conversations/:conversationId/events',
      {
        // Without a HEAD route, whose stream would never end.
        exposeHeadRoute: false,
        logLevel: 'warn',
        schema: {
          tags: ['drift'],
          summary: 'Follow the changes of a conversation, as a stream of server-sent events',
          params: z.object({ conversationId: idSchema }),
          response: { 400: failureSchema, 503: failureSchema, 200: z.any().describe('text/event-stream') },
        },
      },
      (request, reply) => {
        events.follow(request.params.conversationId, reply)
        return reply
      },
    )

    api.get(
      '/api/v1/context/:branchId',
      {
        schema: {
          tags: ['context'],
          summary: 'Read the context of a branch for a model',
          params: branchParams,
          response: { ...failures, 200: successOf(contextData) },
        },
      },
      async ({ params: { branchId } }) => {
        const context = await readContext(await database.use(), tables, branchId)
        if (!context) throw branchNotFound(branchId)
        return { success: true as const, data: context }
      },
    )

    api.post(
      '/api/v1/facts/:branchId/extract',
      {
        schema: {
          tags: ['facts'],
          summary: 'Look for facts in the messages of a branch',
          params: branchParams,
          response: { ...failures, 200: successOf(extractionData) },
        },
      },
      async ({ params: { branchId } }) => {
        const db = await database.use()
        const messages = await readFactSources(db, tables, branchId)
        if (!messages) throw branchNotFound(branchId)
        const facts = await saveFacts(db, tables, branchId, await extractor.extract(messages))
        // It may have been deleted in the meantime.
        if (!facts) throw branchNotFound(branchId)
        return { success: true as const, data: { branchId, facts, extractedCount: facts.length } }
      },
    )

    api.get(
      '/api/v1/facts/:branchId',
      {
        schema: {
          tags: ['facts'],
          summary: 'List the facts of a branch',
          params: branchParams,
          response: { ...failures, 200: successOf(factsData) },
        },
      },
      async ({ params: { branchId } }) => {
        const data = await listFacts(await database.use(), tables, branchId)
        if (!data) throw branchNotFound(branchId)
        return { success: true as const, data }
      },
    )
  })
}

/**
 * Registers routes that use the database: a `DriftError` becomes its answer, and a database that is down becomes 503.
 */
export function registerRoutes(app: FastifyInstance, database: Database, routes: (api: Api) => void): void {
  void app.register(async (scope) => {
    // Some clients send a JSON content type without a body.
    const parse = scope.getDefaultJsonParser('error', 'error')
    scope.removeContentTypeParser('application/json')
    scope.addContentTypeParser<string>('application/json', { parseAs: 'string' }, (request, body, done) => {
      if (body === '') done(null, undefined)
      else void parse(request, body, done)
    })
    scope.setErrorHandler(async (error, request, reply) => {
      const explained = database.explain(error)
      if (!(explained instanceof DriftError)) throw explained
      const { statusCode, code, message } = explained
      if (statusCode >= 500) request.log.warn({ err: explained.cause ?? explained }, 'request not served')
      reply.code(statusCode)
      return { success: false, error: { code, message } }
    })
    routes(typed(scope))
  })
}

function typed(scope: FastifyInstance) {
  return scope.withTypeProvider<ZodTypeProvider>()
}
