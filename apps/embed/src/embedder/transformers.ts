import { isAbsolute } from 'node:path'
import { DriftError } from '@driftos/drift'
import { normalize, type Embedder } from './embedder.js'

/** As much of transformers.js as is used here: it is not installed by default. */
export interface Transformers {
  readonly env: { allowRemoteModels: boolean; localModelPath: string }
  pipeline(
    task: 'feature-extraction',
    model: string,
  ): Promise<(texts: string[], options: { pooling: 'mean'; normalize: true }) => Promise<{ tolist(): number[][] }>>
}

// As a variable, since a bundler would look for it where it is not.
const packageName = '@huggingface/transformers'

/** transformers.js with a model from the hub or, by an absolute path, from a directory; loaded at the first text. */
export function transformersEmbedder(
  model: string,
  load: () => Promise<Transformers> = async () => import(packageName) as Promise<Transformers>,
): Embedder {
  let extractor: ReturnType<Transformers['pipeline']> | undefined

  async function start() {
    const transformers = await load().catch((error: unknown) => {
      const message = `EMBEDDER=transformers needs the package ${packageName}: install it in apps/embed, or unset EMBEDDER`
      throw new DriftError(503, 'EMBEDDER_MISSING', message, { cause: error })
    })
    if (isAbsolute(model)) Object.assign(transformers.env, { allowRemoteModels: false, localModelPath: '' })
    return transformers.pipeline('feature-extraction', model).catch((error: unknown) => {
      throw new DriftError(503, 'EMBEDDER_MODEL', `the model ${model} could not be loaded: see embed's log`, {
        cause: error,
      })
    })
  }

  return {
    async embed(texts) {
      extractor ??= start()
      // What failed to load is tried again, so that a network that comes back is enough.
      extractor.catch(() => (extractor = undefined))
      const output = await (await extractor)([...texts], { pooling: 'mean', normalize: true })
      return { embedder: `transformers-${model}`, vectors: output.tolist().map(normalize) }
    },
  }
}
