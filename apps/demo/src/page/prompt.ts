import type { Prompt } from './api.js'
import type { BranchFacts, Context } from './shapes.js'

/** The limits of core: the number of messages besides the facts, and the characters in each. */
const bounds = { messages: 499, characters: 100_000 }

/** Returns the prompt for a branch: the facts of the conversation, and the branch's messages. */
export function promptOf({ messages, allFacts }: Pick<Context, 'messages' | 'allFacts'>): Prompt[] {
  const lines = factLines(allFacts)
  const facts = ['Known facts about the user:', ...lines].join('\n').slice(0, bounds.characters)
  return [
    ...(lines.length > 0 ? [{ role: 'system' as const, content: facts }] : []),
    ...messages
      .slice(-bounds.messages)
      .map(({ role, content }) => ({ role, content: content.slice(0, bounds.characters) })),
  ]
}

/** Returns the facts as text, one per line. */
export function factLines(allFacts: readonly Pick<BranchFacts, 'facts'>[]): string[] {
  return allFacts.flatMap(({ facts }) => facts.map(({ key, value }) => `${key}: ${value}`))
}
