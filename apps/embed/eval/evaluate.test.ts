import { readFile } from 'node:fs/promises'
import { describe, expect, it } from 'vitest'
import { cached } from '../src/embedder/cached.js'
import type { Embedder } from '../src/embedder/embedder.js'
import { hashingEmbedder } from '../src/embedder/hashing.js'
import { sentencesEmbedder } from '../src/embedder/sentences.js'
import { conversations } from './conversations.js'
import { evaluate, type Outcome } from './evaluate.js'
import { heldOut, heldOutGerman } from './held-out.js'
import { report } from './report.js'

const embedder = cached(sentencesEmbedder())
const thresholds = { stay: 0.38, route: 0.42 }
const turns = Object.values(conversations).flat()

describe('the conversations', () => {
  it('are enough, and return to earlier topics', async () => {
    expect(turns.length).toBeGreaterThanOrEqual(60)
    expect(Object.keys(conversations).length).toBeGreaterThanOrEqual(12)
    const outcomes = await evaluate(conversations, embedder, thresholds)
    expect(outcomes).toHaveLength(turns.length - Object.keys(conversations).length)
    expect(outcomes.filter(({ expected }) => expected === 'ROUTE').length).toBeGreaterThanOrEqual(12)
  })
})

describe('evaluate', () => {
  it('scores 100% for an embedder with the right topics', async () => {
    const topics = [...new Set(turns.map(([topic]) => topic))]
    const topicOf = new Map(turns.map(([topic, , content]) => [content, topic]))
    const knowing: Embedder = {
      embed: async (texts) => ({
        embedder: 'knowing',
        vectors: texts.map((text) => topics.map((topic) => (topicOf.get(text) === topic ? 1 : 0))),
      }),
    }
    const outcomes = await evaluate(conversations, knowing, thresholds)
    expect(outcomes.filter(({ isRight }) => !isRight)).toEqual([])
  })

  it('finds an embedder to which all is one right where the topic stays, and nowhere else', async () => {
    const dull: Embedder = { embed: async (texts) => ({ embedder: 'dull', vectors: texts.map(() => [1]) }) }
    for (const { expected, isRight } of await evaluate(conversations, dull, thresholds))
      expect(isRight).toBe(expected === 'STAY')
  })

  it('finds the default right in four of five decisions', async () => {
    const outcomes = await evaluate(conversations, embedder, thresholds)
    expect(outcomes.filter(({ isRight }) => isRight).length / outcomes.length).toBeGreaterThan(0.8)
  })
})

describe('report', () => {
  it.each([
    ['conversations', conversations],
    ['held-out ones', heldOut],
    ['German ones', heldOutGerman],
  ])('of the %s matches the README', async (_name, set) => {
    const readme = await readFile(new URL('../README.md', import.meta.url), 'utf8')
    const [shown] = report(await evaluate(set, embedder, thresholds)).split('\n\nMistakes:', 1)
    expect(readme).toContain(shown)
  })

  it('of the held-out ones matches the texts about it', async () => {
    const [own, german, hashing, hashingGerman] = await Promise.all([
      evaluate(heldOut, embedder, thresholds),
      evaluate(heldOutGerman, embedder, thresholds),
      evaluate(heldOut, hashingEmbedder, thresholds),
      evaluate(heldOutGerman, hashingEmbedder, thresholds),
    ])
    const right = (outcomes: readonly Outcome[]) => outcomes.filter(({ isRight }) => isRight).length
    const percent = (outcomes: readonly Outcome[]) => `${Math.round((100 * right(outcomes)) / outcomes.length)} %`
    const read = async (file: string) =>
      (await readFile(new URL(`../../../${file}`, import.meta.url), 'utf8')).replaceAll(/\s+/g, ' ')
    expect(await read('apps/demo/src/page/view/start.tsx')).toContain(
      `in ${Object.keys(heldOut).length} conversations besides these samples it found the right branch for ${percent(own)} of ${own.length} messages, and for ${percent(german)} of ${german.length} in German`,
    )
    expect(await read('apps/embed/README.md')).toContain(
      `it finds ${right(hashing)} of the ${own.length} held-out decisions below right, and ${right(hashingGerman)} of the ${german.length} German ones`,
    )
    expect(await read('docs/decisions/default-embedder.md')).toContain(
      `it makes ${percent(own)} of ${own.length} decisions right; hashed words and a list of topics make ${percent(hashing)} right; of ${german.length} in German, ${percent(german)}`,
    )
  })

  it('shows decisions and expected decisions, and each mistake', () => {
    const outcome = (expected: Outcome['expected'], decided: Outcome['decided'], isRight: boolean): Outcome => ({
      conversation: 'c',
      content: `${expected}, ${decided}`,
      expected,
      decided,
      isRight,
      similarity: 0.5,
    })
    const outcomes = [
      outcome('STAY', 'STAY', true),
      outcome('STAY', 'BRANCH', false),
      outcome('BRANCH', 'BRANCH', true),
      outcome('ROUTE', 'ROUTE', false),
    ]
    expect(report(outcomes)).toMatchInlineSnapshot(`
      "expected  -> STAY  -> ROUTE  -> BRANCH  precision   recall
          STAY        1         0          1    100.0 %   50.0 %
         ROUTE        0         1          0      0.0 %    0.0 %
        BRANCH        0         0          1     50.0 %  100.0 %

      right: 2 of 4 decisions, 50.0 %

      Mistakes:
        STAY -> BRANCH (0.50): STAY, BRANCH
        ROUTE -> ROUTE (0.50): ROUTE, ROUTE"
    `)
  })
})
