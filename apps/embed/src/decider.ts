import type { BranchState, Database, Decider, NewMessage, Queries } from '@driftos/drift'
import { and, eq, inArray } from 'drizzle-orm'
import { meanOf, moveCentroid, type Centroid } from './centroid.js'
import { decideBySimilarity, type Candidate, type SimilarityDecision, type Thresholds } from './decide.js'
import type { Embedder, Vector } from './embedder/embedder.js'
import { centroids } from './tables.js'

/** Creates a decider by similarity for the conversations that embed stores. */
export function createDecider(database: Database, embedder: Embedder, thresholds: Thresholds): Decider {
  return {
    async decide(message, branches) {
      const { embedder: id, vectors } = await embedder.embed([message.content])
      const means = await findCentroids(database, embedder, id, branches)
      const candidates = candidatesOf(branches, means)
      const decision = decideBySimilarity(message, vectors[0]!, previousOf(branches), candidates, thresholds)
      return { ...decision, save: (db, branchId) => addVector(db, branchId, id, vectors[0]!, means.get(branchId)) }
    },

    async note(message, branch) {
      const { embedder: id, vectors } = await embedder.embed([message.content])
      const means = await findCentroids(database, embedder, id, branch ? [branch] : [])
      return (db, branchId) => addVector(db, branchId, id, vectors[0]!, means.get(branchId))
    },
  }
}

/** Decides by similarity for a conversation of another service, without storing it. */
export async function decideFor(
  message: Pick<NewMessage, 'content'>,
  branches: readonly BranchState[],
  embedder: Embedder,
  thresholds: Thresholds,
): Promise<SimilarityDecision> {
  const { vectors } = await embedder.embed([message.content])
  const means = await meansOfRecent(embedder, branches)
  const candidates = candidatesOf(branches, means)
  return decideBySimilarity(message, vectors[0]!, previousOf(branches), candidates, thresholds)
}

function candidatesOf(branches: readonly BranchState[], means: ReadonlyMap<string, Centroid>): Candidate[] {
  return branches.map(({ id, topic, isCurrent }) => ({ id, topic, isCurrent, centroid: means.get(id)?.centroid }))
}

/** Returns the message before this one. */
function previousOf(branches: readonly BranchState[]): string | undefined {
  return branches.find(({ isCurrent }) => isCurrent)?.recent.at(-1)?.content
}

/** Returns the centroids of branches: the stored ones, or new ones for branches that this embedder has not seen. */
async function findCentroids(
  database: Database,
  embedder: Embedder,
  id: string,
  branches: readonly BranchState[],
): Promise<Map<string, Centroid>> {
  const known = await readCentroids(database, id, branches)
  const missing = await meansOfRecent(
    embedder,
    branches.filter((branch) => !known.has(branch.id)),
  )
  return new Map([...known, ...missing])
}

async function readCentroids(
  database: Database,
  embedder: string,
  branches: readonly BranchState[],
): Promise<Map<string, Centroid>> {
  if (branches.length === 0) return new Map()
  const db = await database.use()
  const ids = branches.map(({ id }) => id)
  const rows = await db
    .select()
    .from(centroids)
    .where(and(eq(centroids.embedder, embedder), inArray(centroids.branchId, ids)))
  return new Map(rows.map((row) => [row.branchId, row]))
}

/** Computes centroids from the branches' latest messages. */
async function meansOfRecent(embedder: Embedder, branches: readonly BranchState[]): Promise<Map<string, Centroid>> {
  const texts = branches.flatMap(({ recent }) => recent.map(({ content }) => content))
  if (texts.length === 0) return new Map()
  const { vectors } = await embedder.embed(texts)
  const rest = [...vectors]
  return new Map(branches.map(({ id, recent }) => [id, meanOf(rest.splice(0, recent.length))]))
}

/** Updates a branch's centroid. The conversation is locked, so that no other request updates it. */
async function addVector(
  queries: Queries,
  branchId: string,
  embedder: string,
  vector: Vector,
  fallback: Centroid | undefined,
): Promise<void> {
  const [row] = await queries
    .select()
    .from(centroids)
    .where(and(eq(centroids.branchId, branchId), eq(centroids.embedder, embedder)))
  const moved = moveCentroid(row ?? fallback, vector)
  await queries
    .insert(centroids)
    .values({ branchId, embedder, ...moved })
    .onConflictDoUpdate({ target: [centroids.branchId, centroids.embedder], set: moved })
}
