import { failureSchema, registerRoutes, storableText, successOf, type Database } from '@driftos/drift'
import { largestBody } from '@driftos/service'
import type { FastifyInstance } from 'fastify'
import { z } from 'zod'
import { decideFor } from './decider.js'
import type { Thresholds } from './decide.js'
import { cosine, type Embedder, type Vector } from './embedder/embedder.js'
import { decodeTokens } from './tokens.js'

const failures = { 400: failureSchema, 502: failureSchema, 503: failureSchema }
/** The longest text, in UTF-16 code units. */
const longestText = 100_000
const textSchema = storableText().min(1).max(longestText)
/** The limits of OpenAI. */
const mostInputs = 2048
const longestTokens = 8192
const tokensSchema = z.array(z.number().int().min(0)).min(1).max(longestTokens)

/** The limits of a decision request, larger than the part of a conversation that a decider receives. */
const decisionBodyLimit = 4 * 1024 * 1024

/** Serves the routes that need only the embedder: embeddings in OpenAI's format, similarities, and decisions. */
export function registerEmbeddings(
  app: FastifyInstance,
  database: Database,
  embedder: Embedder,
  thresholds: Thresholds,
): void {
  registerRoutes(app, database, (api) => {
    api.post(
      '/api/v1/embeddings',
      {
        // Larger than a request with as many characters as OpenAI accepts tokens.
        bodyLimit: largestBody,
        schema: {
          tags: ['embeddings'],
          summary: 'Convert text to vectors, in the format of OpenAI',
          body: z.object({
            model: z
              .string()
              .optional()
              .describe('Ignored: EMBEDDER selects the model, and the answer contains its name'),
            input: z.union(
              [
                textSchema,
                z.array(textSchema).min(1).max(mostInputs),
                tokensSchema,
                z.array(tokensSchema).min(1).max(mostInputs),
              ],
              {
                error: `takes a text, up to ${mostInputs} texts of up to ${longestText} characters, or up to ${longestTokens} tokens of cl100k_base for each text`,
              },
            ),
            encoding_format: z.enum(['float', 'base64']).default('float'),
            dimensions: z.number().int().positive().optional().describe('Must be the dimension of the embedder'),
          }),
          response: {
            ...failures,
            200: z.object({
              object: z.literal('list'),
              data: z.array(
                z.object({
                  object: z.literal('embedding'),
                  index: z.number().int(),
                  embedding: z.union([z.array(z.number()), z.string()]),
                }),
              ),
              model: z.string(),
              usage: z.object({ prompt_tokens: z.number().int(), total_tokens: z.number().int() }),
            }),
          },
        },
      },
      async ({ body }, reply) => {
        const { texts, tokens } = await readInput(body.input)
        const { embedder: model, vectors } = await embedder.embed(texts)
        const { length } = vectors[0]!
        if (body.dimensions !== undefined && body.dimensions !== length) {
          const message = `dimensions: ${model} has ${length}`
          return reply.code(400).send({ success: false, error: { code: 'INVALID_REQUEST', message } })
        }
        return {
          object: 'list' as const,
          data: vectors.map((vector, index) => ({
            object: 'embedding' as const,
            index,
            embedding: body.encoding_format === 'base64' ? encode(vector) : [...vector],
          })),
          model,
          usage: { prompt_tokens: tokens, total_tokens: tokens },
        }
      },
    )

    api.post(
      '/api/v1/similarity',
      {
        schema: {
          tags: ['embeddings'],
          summary: 'Return the similarity of two texts',
          body: z.object({ text1: textSchema, text2: textSchema }),
          response: { ...failures, 200: successOf(z.object({ similarity: z.number(), model: z.string() })) },
        },
      },
      async ({ body: { text1, text2 } }) => {
        const { embedder: model, vectors } = await embedder.embed([text1, text2])
        return { success: true as const, data: { similarity: cosine(vectors[0]!, vectors[1]!), model } }
      },
    )

    api.post(
      '/api/v1/drift/decide',
      {
        bodyLimit: decisionBodyLimit,
        schema: {
          tags: ['drift'],
          summary: 'Decide about a message of a conversation of another service; nothing is stored',
          body: z.object({
            content: z.string().min(1),
            branches: z
              .array(
                z.object({
                  id: z.string(),
                  topic: z.string(),
                  isCurrent: z.boolean(),
                  recent: z
                    .array(z.object({ role: z.enum(['user', 'assistant']), content: z.string() }))
                    .min(1)
                    .max(50),
                }),
              )
              .max(200),
          }),
          response: {
            ...failures,
            200: successOf(
              z.object({
                action: z.enum(['STAY', 'ROUTE', 'BRANCH']),
                branchId: z.string().optional(),
                parentId: z.string().optional(),
                reason: z.string(),
                confidence: z.number(),
                similarity: z.number(),
              }),
            ),
          },
        },
      },
      async ({ body: { branches, ...message } }) => {
        return { success: true as const, data: await decideFor(message, branches, embedder, thresholds) }
      },
    )
  })
}

/** Encodes 32-bit floats in little-endian order, like OpenAI. */
function encode(vector: Vector): string {
  const bytes = Buffer.alloc(vector.length * 4)
  for (const [index, value] of vector.entries()) bytes.writeFloatLE(value, index * 4)
  return bytes.toString('base64')
}

/** The texts of a request, and the number of their tokens. */
interface Input {
  readonly texts: readonly string[]
  readonly tokens: number
}

/** Reads the forms of OpenAI's `input`: one or several texts, each as a string or as tokens. */
async function readInput(input: string | readonly (string | number | readonly number[])[]): Promise<Input> {
  const items = typeof input === 'string' ? [input] : input
  const texts = items.filter((item) => typeof item === 'string')
  if (texts.length > 0) return { texts, tokens: texts.reduce((sum, text) => sum + countWords(text), 0) }
  const lists = items.some((item) => typeof item === 'number') ? [items as number[]] : (items as number[][])
  return { texts: await decodeTokens(lists), tokens: lists.reduce((sum, list) => sum + list.length, 0) }
}

/** Counts words, because the embedders have no token counts. */
function countWords(text: string): number {
  return text.trim().split(/\s+/).length
}
