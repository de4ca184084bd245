import { setImmediate } from 'node:timers/promises'
import { englishFunctionWords, germanFunctionWords } from './function-words.js'
import { normalize, type Embedder, type Vector } from './embedder.js'
import { topics } from './topics.js'

const dimensions = 384

/** The number of dimensions per feature; more dimensions cause fewer collisions. */
const spread = 4

/** The length of a text that is read, which limits the time and is enough for its topic. */
const bounds = { characters: 10_000, words: 500, letters: 40 }

/** How long the texts of one request may keep all others waiting, in milliseconds. */
const longestTurnMs = 20

/** How much each kind of feature counts. */
const weights = { word: 1, grams: 0.7, topic: 1.4, text: 1.4 }

/** Phrases that announce another topic. */
const change =
  /\b(?:(?:different|new|another|other|separate|unrelated) (?:topic|subject|matter|question|note|thing)|something (?:else|different)|(?:change|changing) (?:of |the )?(?:topic|subject)|by the way|btw|unrelated)\b/i

/**
 * Hashes the words of a text, their groups of three and four letters, and their topics to a few dimensions each. It needs no
 * model, and the result depends on the text alone.
 */
export const hashingEmbedder: Embedder = {
  async embed(texts) {
    const vectors: Vector[] = []
    let since = performance.now()
    for (const text of texts) {
      vectors.push(embed(text))
      if (performance.now() - since < longestTurnMs) continue
      // Others are answered between the texts of a long request.
      await setImmediate()
      since = performance.now()
    }
    return { embedder: `hashing-${dimensions}-v2`, vectors }
  },
}

function embed(text: string): Vector {
  const vector = Array.from({ length: dimensions }, () => 0)
  const topicCounts = new Map<string, number>()
  for (const word of contentWords(text)) {
    add(vector, `word ${word}`, weights.word)
    const grams = gramsOf(word)
    for (const gram of grams) add(vector, `gram ${gram}`, weights.grams / Math.sqrt(grams.length))
    const about = topicsOfWord.get(word) ?? []
    for (const topic of about) topicCounts.set(topic, (topicCounts.get(topic) ?? 0) + 1 / Math.sqrt(about.length))
  }
  // The square root, because a repeated word is not twice as relevant.
  for (const [topic, count] of topicCounts) add(vector, `topic ${topic}`, weights.topic * Math.sqrt(count))
  // Added to every text: one with few relevant words is near to the previous messages, unless it announces a new topic.
  if (!change.test(text) || vector.every((value) => value === 0)) add(vector, 'text', weights.text)
  return normalize(vector)
}

function contentWords(text: string): string[] {
  const words =
    text
      .slice(0, bounds.characters)
      .normalize('NFKC')
      .toLowerCase()
      .replaceAll('’', "'")
      .match(/[\p{L}\p{N}]+(?:'[\p{L}]+)*/gu) ?? []
  const content = words
    .filter((word) => !englishFunctionWords.has(word) && !germanFunctionWords.has(word))
    .slice(0, bounds.words)
  return content.map((word) => stem(word.slice(0, bounds.letters)))
}

/** Plural and verb endings off, so that `shares` and `share`, `invested` and `invest` are one. */
function stem(word: string): string {
  const bare = word.replace(/'s$/, '')
  if (bare.length < 4) return bare
  return bare
    .replace(/ies$/, 'y')
    .replace(/(?<=.{3})(?:ing|ed|er|es)$/, '')
    .replace(/(?<=[^s])s$/, '')
    .replace(/e$/, '')
}

function gramsOf(word: string): string[] {
  const padded = `<${word}>`
  return [3, 4].flatMap((size) =>
    Array.from({ length: Math.max(0, padded.length - size + 1) }, (_, start) => padded.slice(start, start + size)),
  )
}

const topicsOfWord = new Map<string, string[]>()
for (const [topic, words] of Object.entries(topics)) {
  for (const word of words.split(' ').map(stem)) {
    const known = topicsOfWord.get(word)
    if (!known) topicsOfWord.set(word, [topic])
    else if (!known.includes(topic)) known.push(topic)
  }
}

function add(vector: number[], feature: string, weight: number): void {
  for (let copy = 0; copy < spread; copy++) {
    const hash = hashOf(`${copy}${feature}`)
    vector[hash % dimensions]! += (hash & 0x8000_0000 ? -weight : weight) / Math.sqrt(spread)
  }
}

/** FNV-1a over UTF-16 units, with a last mixing step, since its upper bits alone are poor. */
function hashOf(text: string): number {
  let hash = 0x811c_9dc5
  for (let index = 0; index < text.length; index++) hash = Math.imul(hash ^ text.charCodeAt(index), 0x0100_0193)
  hash = Math.imul(hash ^ (hash >>> 16), 0x85eb_ca6b)
  hash = Math.imul(hash ^ (hash >>> 13), 0xc2b2_ae35)
  return (hash ^ (hash >>> 16)) >>> 0
}
