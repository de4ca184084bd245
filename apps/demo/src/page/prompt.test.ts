import { readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { promptOf } from './prompt.js'

const message = (content: string) => ({ id: 'm', role: 'user' as const, content, createdAt: '' })

describe('promptOf', () => {
  it('consists of the facts of every branch and the messages of this one', () => {
    const fact = { id: 'f', key: 'budget', value: '900 euros', confidence: 0.6 }
    const allFacts = [
      { branchId: 'a', branchTopic: 'A', facts: [] },
      { branchId: 'b', branchTopic: 'B', facts: [fact] },
    ]
    expect(promptOf({ messages: [message('Hello')], allFacts })).toEqual([
      { role: 'system', content: 'Known facts about the user:\nbudget: 900 euros' },
      { role: 'user', content: 'Hello' },
    ])
  })

  it('stays within core’s limits', () => {
    const core = readFileSync(new URL('../../../core/src/chat-routes.ts', import.meta.url), 'utf8')
    const [characters, messages] = Array.from(core.matchAll(/\.max\(([\d_]+)\)/g), ([, most]) =>
      Number(most!.replaceAll('_', '')),
    )
    const long = 'x'.repeat(102_400)
    const facts = [{ id: 'f', key: 'long', value: long, confidence: 0.6 }]
    const prompt = promptOf({
      messages: Array.from({ length: 600 }, () => message(long)),
      allFacts: [{ branchId: 'a', branchTopic: 'A', facts }],
    })
    expect(prompt).toHaveLength(messages!)
    for (const { content } of prompt) expect(content).toHaveLength(characters!)
  })

  it('has no facts section without facts', () => {
    expect(promptOf({ messages: [message('Hello')], allFacts: [] })).toEqual([{ role: 'user', content: 'Hello' }])
  })
})
