import { z } from 'zod'

/** How long a message may be, in bytes of UTF-8. */
export const longestContent = 100 * 1024

/** Text that PostgreSQL can keep and JSON can carry. */
export function storableText() {
  return z
    .string()
    .refine((text) => !text.includes('\0'), 'contains a NUL character, which the database cannot store')
    .refine((text) => !/\p{Surrogate}/u.test(text), 'contains half of a surrogate pair, which is not a character')
}

/** An id of a client or of this API. It is part of paths, in which `.` and `..` have a meaning. */
export const idSchema = storableText()
  .min(1)
  .max(200)
  .refine((id) => !/(?:^|[/\\])\.\.?(?:$|[/\\])/.test(id), 'contains "." or ".." as a path segment')

/** The success of a call: its data in the API's envelope. */
export function successOf<Data extends z.ZodType>(data: Data) {
  return z.object({ success: z.literal(true), data })
}

/** The failure of a call. */
export const failureSchema = z
  .object({ success: z.literal(false), error: z.object({ code: z.string(), message: z.string() }) })
  .describe('The failure: a stable code and a message')

const roleSchema = z.enum(['user', 'assistant'])
const timeSchema = z.iso.datetime()

/** `POST /api/v1/drift/route`, the body. */
export const routeBody = z
  .object({
    conversationId: idSchema.describe('Any id; a new one begins a conversation'),
    content: storableText()
      .refine((text) => text.trim() !== '', 'is blank')
      .describe(`The message, at most ${longestContent} bytes`),
    role: roleSchema.default('user'),
    branchMode: z.enum(['AUTO', 'PINNED']).default('AUTO'),
    targetBranchId: idSchema.optional().describe('The branch to which a PINNED message goes'),
  })
  .refine(({ branchMode, targetBranchId }) => branchMode === 'AUTO' || targetBranchId !== undefined, {
    path: ['targetBranchId'],
    message: 'is required when branchMode is PINNED',
  })

/** Where a message went. */
export type RouteResult = z.infer<typeof routeData>

/** `POST /api/v1/drift/route`, the data. */
export const routeData = z.object({
  action: z.enum(['STAY', 'ROUTE', 'BRANCH']),
  branchId: z.string(),
  branchTopic: z.string(),
  messageId: z.string(),
  previousBranchId: z.string().optional().describe('The branch that the conversation left'),
  isNewBranch: z.boolean(),
  reason: z.string(),
  confidence: z.number().min(0).max(1),
  similarity: z.number().optional().describe('The cosine similarity that decided, where one did'),
  metadata: z.looseObject({ pinned: z.boolean().optional() }).optional().describe('pinned: the client had decided'),
})

/** A branch of a conversation, as a list shows it. */
export type BranchSummary = z.infer<typeof branchSchema>

const branchSchema = z.object({
  id: z.string(),
  topic: z.string(),
  messageCount: z.number().int(),
  factCount: z.number().int(),
  parentId: z.string().optional(),
  createdAt: timeSchema,
  updatedAt: timeSchema,
})

/** `GET /api/v1/drift/branches/:conversationId`, the data. */
export const branchesData = z.array(branchSchema)

/** A fact as it is kept. */
export type Fact = z.infer<typeof factSchema>

const factSchema = z.object({
  id: z.string(),
  key: z.string(),
  value: z.string(),
  confidence: z.number().min(0).max(1),
  messageIds: z.array(z.string()),
  messageId: z.string().optional().describe('The first of messageIds'),
})

const messageSchema = z.object({ id: z.string(), role: roleSchema, content: z.string(), createdAt: timeSchema })

/** The branches of a conversation with their facts, and its messages. */
export type Conversation = z.infer<typeof conversationData>

/** `GET /api/v1/drift/conversations/:conversationId`, the data. */
export const conversationData = z.object({
  branches: z.array(branchSchema.extend({ facts: z.array(factSchema) })),
  messages: z
    .array(messageSchema.extend({ branchId: z.string() }))
    .describe('The latest, in the order of the conversation'),
  omittedMessages: z.number().int().describe('How many messages before these are left out, because there are too many'),
})

/** A branch's messages, and the facts of every branch of its conversation. */
export type Context = z.infer<typeof contextData>

/** `GET /api/v1/context/:branchId`, the data. */
export const contextData = z.object({
  branchId: z.string(),
  branchTopic: z.string(),
  messages: z.array(messageSchema),
  allFacts: z.array(
    z.object({ branchId: z.string(), branchTopic: z.string(), isCurrent: z.boolean(), facts: z.array(factSchema) }),
  ),
})

/** `POST /api/v1/facts/:branchId/extract`, the data. */
export const extractionData = z.object({
  branchId: z.string(),
  facts: z.array(factSchema),
  extractedCount: z.number().int(),
})

/** `GET /api/v1/facts/:branchId`, the data. */
export const factsData = z.array(factSchema)

/** The counts of a deleted conversation. */
export type DeletedConversation = z.infer<typeof deletedConversationData>

/** `DELETE /api/v1/drift/conversations/:id`, the data. */
export const deletedConversationData = z.object({
  deletedBranches: z.number().int(),
  deletedMessages: z.number().int(),
  deletedFacts: z.number().int(),
})

/** The counts of a deleted branch. */
export type DeletedBranch = z.infer<typeof deletedBranchData>

/** `DELETE /api/v1/drift/branches/:id`, the data. */
export const deletedBranchData = z.object({ deletedMessages: z.number().int(), deletedFacts: z.number().int() })
