import type { ExtractedFact, FactExtractor, FactSource } from './facts.js'

/** The confidence of a rule, which matches words without understanding them. */
const confidence = 0.6

interface Rule {
  readonly pattern: RegExp
  /** The fact's key; without one the pattern's group `key` is. */
  readonly key?: string
}

/** Where a value ends: at the sentence's end, at a comma, or where the sentence goes on to something else. */
const value = String.raw`(?<value>[^.!?,;:\n]{1,80}?)(?=[.!?,;:\n]|\s(?:and|but|so|because|with|for|who|which|that)\s|$)`

/** Patterns for statements about oneself, in English. */
const rules: readonly Rule[] = [
  { key: 'name', pattern: rule(String.raw`my name is ${value}`) },
  { key: 'name', pattern: rule(String.raw`(?:please )?call me ${value}`) },
  { key: 'location', pattern: rule(String.raw`i(?: live|'m living|’m living| am living) (?:in|near) ${value}`) },
  { key: 'origin', pattern: rule(String.raw`i(?:'m|’m| am| come) from ${value}`) },
  { key: 'occupation', pattern: rule(String.raw`i work (?:as|at|for|in) (?:an? |the )?${value}`) },
  { key: 'budget', pattern: rule(String.raw`(?:my|our|the) budget (?:is|of) ${value}`) },
  {
    key: 'goal',
    pattern: rule(
      String.raw`(?:i|we)(?: want| need| plan|'d like|’d like| would like|'m planning| am planning) to ${value}`,
    ),
  },
  { key: 'preference', pattern: rule(String.raw`(?:i|we)(?: really)? (?:like|love|prefer|enjoy) ${value}`) },
  {
    key: 'aversion',
    pattern: rule(String.raw`(?:i|we)(?: really)? (?:hate|dislike|can't stand|can’t stand) ${value}`),
  },
  { pattern: rule(String.raw`(?:my|our) (?<key>[a-z]{1,40}(?: [a-z]{1,40})?) (?:is|are) ${value}`) },
]

function rule(pattern: string): RegExp {
  return new RegExp(String.raw`(?<![\w'’])${pattern}`, 'gi')
}

/** Finds facts without a model, by English statements such as `my budget is 900`. */
export const factRules: FactExtractor = {
  extract(messages) {
    const found = new Map<string, ExtractedFact>()
    // Statements of the assistant are not facts about the user.
    for (const message of messages) {
      if (message.role !== 'user') continue
      for (const fact of readMessage(message)) {
        const earlier = found.get(fact.key)
        const isRepeated = earlier?.value.toLowerCase() === fact.value.toLowerCase()
        const messageIds = isRepeated ? [...new Set([...earlier.messageIds, message.id])] : fact.messageIds
        found.set(fact.key, { ...fact, messageIds })
      }
    }
    return Promise.resolve([...found.values()])
  },
}

function* readMessage({ id, content }: FactSource): Generator<ExtractedFact> {
  const seen = new Set<string>()
  for (const { key, pattern } of rules) {
    for (const { groups } of content.matchAll(pattern)) {
      const name = key ?? groups!['key']!.toLowerCase().replaceAll(' ', '_')
      const words = groups!['value']!.trim()
      // The first rule that fits is the most particular one.
      if (words === '' || seen.has(name)) continue
      seen.add(name)
      yield { key: name, value: words, confidence, messageIds: [id] }
    }
  }
}
