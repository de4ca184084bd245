import type { Worker } from 'node:worker_threads'
import { DriftError } from '@driftos/drift'
import { startThread } from '@driftos/service/thread'
import { normalize, type Embedder, type Vector } from './embedder.js'
import { toEnglish } from './german.js'

/** A request to the thread of the model. */
export interface Question {
  readonly id: number
  readonly texts: readonly string[]
}

/** The vectors of a request, or why there are none. */
export type Answer =
  | { readonly id: number; readonly vectors: readonly Vector[] }
  | { readonly id: number; readonly problem: string }

/**
 * The characters of a text that are read, which are enough for its topic, and of each of its parts, whose mean is the vector:
 * the model's time grows with the square of a part.
 */
const bounds = { text: 1000, part: 500 }

/**
 * The square of a number that every vector has in its last dimension. It makes all texts more similar, so that the thresholds
 * of a decision are between related and other texts: from 0.08 to 0.16, most decisions of the first set of `pnpm eval` are right.
 */
const common = 0.1

/**
 * Computes vectors by the Universal Sentence Encoder (lite, English), whose package contains its weights, from English and German
 * texts. This is the default. A separate thread loads the model at the first text.
 */
export function sentencesEmbedder(): Embedder {
  const waiting = new Map<number, { resolve: (vectors: readonly Vector[]) => void; reject: (error: Error) => void }>()
  let thread: Worker | undefined
  let lastId = 0

  /** Starts the thread; the first text after its end starts it again. */
  function start(): Worker {
    const started = startThread(new URL('./sentences-thread.js', import.meta.url))
    let problem: string | undefined
    started.on('message', (answer: Answer) => {
      const request = waiting.get(answer.id)
      waiting.delete(answer.id)
      // An idle model does not keep the process running.
      if (waiting.size === 0) started.unref()
      if ('vectors' in answer) request?.resolve(answer.vectors)
      else request?.reject(failure(answer.problem))
    })
    started.once('error', (error) => (problem = error.message))
    started.once('exit', (code) => {
      thread = undefined
      for (const { reject } of waiting.values()) reject(failure(problem ?? `its thread ended with code ${code}`))
      waiting.clear()
    })
    return started
  }

  return {
    async embed(texts) {
      const parts = texts.map(split)
      const vectors = await new Promise<readonly Vector[]>((resolve, reject) => {
        const id = ++lastId
        waiting.set(id, { resolve, reject })
        thread ??= start()
        thread.ref()
        // oxlint-disable-next-line unicorn/require-post-message-target-origin -- a thread has no origin
        thread.postMessage({ id, texts: parts.flat() } satisfies Question)
      })
      let index = 0
      return {
        embedder: 'sentences-512-v2',
        vectors: parts.map(({ length }) => combine(vectors.slice(index, (index += length)))),
      }
    },
  }
}

function failure(problem: string): DriftError {
  return new DriftError(503, 'EMBEDDER_FAILED', 'the model of the embedder failed: see the log of embed', {
    cause: new Error(problem),
  })
}

function split(text: string): string[] {
  // The model computes nothing of empty texts alone.
  const read = toEnglish(text.slice(0, bounds.text)) || ' '
  const count = Math.max(1, Math.ceil(read.length / bounds.part))
  return Array.from({ length: count }, (_, part) => read.slice(part * bounds.part, (part + 1) * bounds.part))
}

/** Returns the mean of the parts, with the common number instead of the last dimension. */
function combine(parts: readonly Vector[]): Vector {
  const mean = normalize(parts[0]!.map((_, dimension) => parts.reduce((sum, part) => sum + part[dimension]!, 0)))
  return normalize([...mean.slice(0, -1), Math.sqrt(common)])
}
