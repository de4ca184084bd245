import { readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import fc from 'fast-check'
import { conversations } from '../../eval/conversations.js'
import { heldOut, heldOutGerman } from '../../eval/held-out.js'
import { toEnglish } from './german.js'

const contents = (set: typeof heldOut) => Object.values(set).flatMap((turns) => turns.map(([, , content]) => content))

describe('toEnglish', () => {
  it.each([
    ['Wie lange muss der Teig gehen?', 'how long must the dough go?'],
    ['Ich habe das Brot gestern angebraten.', 'I have the bread yesterday fry.'],
    ['Die Backofentür ist undicht.', 'the oven door is leaky.'],
    ['Meine Zimmerlinden werden gelb.', 'my room lime tree will yellow.'],
    ['Größere Äpfel sind nicht süßer.', 'bigger apple are not sweet.'],
    ['Was macht ein Flusskrebs mit dem Xylofon?', 'what make a river cancer with the Xylofon?'],
    ['Der Server wirft einen TypeError in main.ts.', 'the server throws a TypeError in main.ts.'],
  ])('translates %j', (text, english) => {
    expect(toEnglish(text)).toBe(english)
  })

  it('returns English texts as they are', () => {
    for (const text of [...contents(conversations), ...contents(heldOut)]) expect(toEnglish(text)).toBe(text)
  })

  it.each(['¿Dónde está la estación?', 'Où est la gare ?', '駅はどこですか', '', '🎂 ok'])(
    'returns %j as it is',
    (text) => {
      expect(toEnglish(text)).toBe(text)
    },
  )

  it('translates nearly every German sentence', () => {
    const texts = contents(heldOutGerman)
    expect(texts.filter((text) => toEnglish(text) === text).length / texts.length).toBeLessThan(0.05)
  })

  it('has as many words as the documents say', () => {
    const read = (file: string) => readFileSync(new URL(file, import.meta.url), 'utf8')
    const words = read('german.txt').trim().split('\n')
    expect(new Set(words.map((line) => line.split(' ', 1)[0])).size).toBe(words.length)
    const shown = (Math.round(words.length / 100) * 100).toLocaleString('en')
    for (const file of ['../../README.md', '../../../../docs/decisions/default-embedder.md'])
      expect(read(file)).toContain(`a glossary of ${shown} words`)
  })

  it('keeps what is no word, for any text', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), (text) => {
        const german = `Ich habe das ${text}`
        expect(
          toEnglish(german)
            .replaceAll(/\p{L}+/gu, '')
            .replaceAll(/\s+/g, ''),
        ).toBe(german.replaceAll(/\p{L}+/gu, '').replaceAll(/\s+/g, ''))
      }),
    )
  })
})
