import { describe, expect, it } from 'vitest'
import { promptOf } from './prompt.js'

const message = (content: string) => ({ id: 'm', role: 'user' as const, content, createdAt: '' })

describe('promptOf', () => {
  it('is the facts of every branch, and the messages of this one', () => {
    const fact = { id: 'f', key: 'budget', value: '900 euros', confidence: 0.6 }
    const allFacts = [
      { branchId: 'a', branchTopic: 'A', facts: [] },
      { branchId: 'b', branchTopic: 'B', facts: [fact] },
    ]
    expect(promptOf({ messages: [message('Hello')], allFacts })).toEqual([
      { role: 'system', content: 'What is known of the person:\nbudget: 900 euros' },
      { role: 'user', content: 'Hello' },
    ])
  })

  it('leaves out the facts where there are none, and what core would refuse', () => {
    const prompt = promptOf({ messages: Array.from({ length: 600 }, () => message('x'.repeat(102_400))), allFacts: [] })
    expect(prompt).toHaveLength(499)
    expect(prompt[0]!.content).toHaveLength(100_000)
  })
})
