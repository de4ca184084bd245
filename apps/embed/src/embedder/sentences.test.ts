import { Worker } from 'node:worker_threads'
import { describe, expect, it, onTestFinished, vi } from 'vitest'
import { cosine } from './embedder.js'
import { sentencesEmbedder } from './sentences.js'

const embedder = sentencesEmbedder()

async function similarity(one: string, other: string): Promise<number> {
  const [left, right] = (await embedder.embed([one, other])).vectors
  return cosine(left!, right!)
}

describe('the sentences embedder', () => {
  it('returns vectors of length 1 in the order of the texts, blank and long ones too', async () => {
    const texts = ['Plan a trip to Paris', '', '🎂', 'a long text about shares. '.repeat(3000), 'Plan a trip to Paris']
    const { vectors, embedder: name } = await embedder.embed(texts)
    expect(name).toBe('sentences-512-v2')
    for (const vector of vectors) {
      expect(vector).toHaveLength(512)
      expect(Math.hypot(...vector)).toBeCloseTo(1, 6)
    }
    expect(cosine(vectors[0]!, vectors[4]!)).toBeCloseTo(1, 4)
  })

  it.each(['', ' ', '🎂', '\0', 'Straße'])('returns a vector for %j alone', async (text) => {
    const { vectors } = await embedder.embed([text])
    expect(Math.hypot(...vectors[0]!)).toBeCloseTo(1, 6)
  })

  it.each([
    ['How do I cook pasta?', 'Which sauce is good with spaghetti?', 'My car does not start.'],
    ['I invested in shares.', 'Should I sell my stocks?', 'The baby does not sleep.'],
    ['Which chords does a beginner practise?', 'My guitar is out of tune.', 'When is the tax return due?'],
    ['Wie lange muss der Teig ruhen?', 'Welches Mehl ist gut für Brot?', 'Mein Auto springt nicht an.'],
    ['Soll ich meine Aktien verkaufen?', 'Which fund has low fees?', 'Das Baby schläft nicht.'],
  ])('finds %j nearer to %j than to %j, without a common word', async (text, related, other) => {
    expect(await similarity(text, related)).toBeGreaterThan((await similarity(text, other)) + 0.1)
  })

  it('finds a text that is longer than one part near to its parts', async () => {
    const long = 'Which flour is best for bread with a dark crust? '.repeat(100)
    expect(await similarity(long, 'How do I bake bread?')).toBeGreaterThan(0.5)
  })

  it('leaves the event loop free while the model computes', async () => {
    let turns = 0
    const count = setInterval(() => turns++, 1)
    onTestFinished(() => clearInterval(count))
    await embedder.embed(Array.from({ length: 20 }, (_, index) => `travel ${index} food `.repeat(20)))
    expect(turns).toBeGreaterThan(5)
  })

  it('fails the waiting texts when its thread ends, and starts it again for the next one', async () => {
    const threads = vi.spyOn(Worker.prototype, 'postMessage').mock.contexts as Worker[]
    onTestFinished(() => void vi.restoreAllMocks())
    const own = sentencesEmbedder()
    const waiting = Promise.allSettled([own.embed(['one']), own.embed(['two'])])
    await threads[0]!.terminate()
    for (const each of await waiting)
      expect(each).toMatchObject({ reason: { statusCode: 503, code: 'EMBEDDER_FAILED' } })
    expect((await own.embed(['three'])).vectors).toHaveLength(1)
    expect(new Set(threads).size).toBe(2)
    await threads.at(-1)!.terminate()
  })
})
