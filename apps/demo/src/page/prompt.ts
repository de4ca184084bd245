import type { Prompt } from './api.js'
import type { BranchFacts, Context } from './shapes.js'

/** What core takes: so many messages besides the facts, and characters in each. */
const bounds = { messages: 499, characters: 100_000 }

/** What a model is given to answer in a branch: the facts of the conversation, and the branch's messages. */
export function promptOf({ messages, allFacts }: Pick<Context, 'messages' | 'allFacts'>): Prompt[] {
  const lines = factLines(allFacts)
  const facts = ['What is known of the person:', ...lines].join('\n').slice(0, bounds.characters)
  return [
    ...(lines.length > 0 ? [{ role: 'system' as const, content: facts }] : []),
    ...messages
      .slice(-bounds.messages)
      .map(({ role, content }) => ({ role, content: content.slice(0, bounds.characters) })),
  ]
}

/** The facts as a model reads them, a line for each. */
export function factLines(allFacts: readonly Pick<BranchFacts, 'facts'>[]): string[] {
  return allFacts.flatMap(({ facts }) => facts.map(({ key, value }) => `${key}: ${value}`))
}
