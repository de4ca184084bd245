import { describe, expect, it } from 'vitest'
import { transformersEmbedder, type Transformers } from './transformers.js'

/** The package as far as it is used, with a model that counts letters: the real ones need a download. */
function fakePackage() {
  const loaded: unknown[] = []
  const transformers: Transformers = {
    env: { allowRemoteModels: true, localModelPath: 'models' },
    async pipeline(task, model) {
      loaded.push([task, model])
      if (model === 'missing') throw new Error('404')
      return async (texts) => ({ tolist: () => texts.map((text) => [text.length, 0]) })
    },
  }
  return { transformers, loaded }
}

describe('the embedder of transformers.js', () => {
  it('names the package to install when it is missing, which is the default', async () => {
    await expect(transformersEmbedder('any').embed(['one'])).rejects.toMatchObject({
      statusCode: 503,
      code: 'EMBEDDER_MISSING',
      message:
        'EMBEDDER=transformers needs the package @huggingface/transformers: install it in apps/embed, or unset EMBEDDER',
    })
  })

  it('loads its model once, at the first text, and is named after it', async () => {
    const { transformers, loaded } = fakePackage()
    const embedder = transformersEmbedder('mini', async () => transformers)
    expect(loaded).toEqual([])
    expect(await embedder.embed(['one', 'three'])).toEqual({
      embedder: 'transformers-mini',
      vectors: [
        [1, 0],
        [1, 0],
      ],
    })
    await embedder.embed(['two'])
    expect(loaded).toEqual([['feature-extraction', 'mini']])
    expect(transformers.env.allowRemoteModels).toBe(true)
  })

  it('loads a model from a directory without the hub', async () => {
    const { transformers, loaded } = fakePackage()
    await transformersEmbedder('/models/mini', async () => transformers).embed(['one'])
    expect(loaded).toEqual([['feature-extraction', '/models/mini']])
    expect(transformers.env.allowRemoteModels).toBe(false)
  })

  it('names the model that could not be loaded, and retries at the next text', async () => {
    const { transformers, loaded } = fakePackage()
    const embedder = transformersEmbedder('missing', async () => transformers)
    for (let attempt = 0; attempt < 2; attempt++)
      await expect(embedder.embed(['one'])).rejects.toMatchObject({ code: 'EMBEDDER_MODEL' })
    expect(loaded).toHaveLength(2)
  })
})
