import { readFileSync } from 'node:fs'
import { englishFunctionWords, germanFunctionWords } from './function-words.js'

/** Endings of German words, the shorter ones first. */
const endings = 'e n s t en er es em st te et ern est ten tet test ete eten ere eren erem nen innen in'.split(' ')

/** A participle or an infinitive with `zu`, whose prefix may be separable: `eingefroren`, `anzubraten`. */
const participle = /^(ab|an|auf|aus|ein|her|hin|mit|nach|vor|weg|zuruck|los|um|durch|zusammen)?(?:ge|zu)(.{3,})$/
const separable = /^(?:ab|an|auf|aus|ein|her|hin|mit|nach|vor|weg|zuruck|los|um)(.{4,})$/

/** The shortest part of a compound, and the shortest last part where only that one is known. */
const shortest = { part: 3, last: 5 }

const longestWord = 40

/** A word outside a name of code, such as `main.ts`. */
const plainWord = /(?<![\p{L}\p{N}_.])\p{L}+(?![\p{L}\p{N}_]|\.\p{L})/gu

/** English words by German ones, and by these without the ending of an infinitive or a plural. */
const english = new Map<string, string>()
const englishOfStem = new Map<string, string>()
for (const line of readFileSync(new URL('./german.txt', import.meta.url), 'utf8')
  .trim()
  .split('\n')) {
  const [word = '', ...translation] = line.split(' ')
  english.set(word, translation.join(' '))
}
for (const [word, translation] of english) {
  for (const stem of [word.replace(/(?<=.{3})(?:en|n)$/, ''), word.replace(/(?<=.{3})e$/, '')]) {
    if (!englishOfStem.has(stem)) englishOfStem.set(stem, translation)
  }
}

/**
 * Returns a German text word by word in English, and any other text as it is: a model that was trained on English finds the
 * topic of such a translation, but not that of the German text. Unknown words remain.
 */
export function toEnglish(text: string): string {
  return isGerman(text) ? text.replaceAll(plainWord, (word) => translate(fold(word)) ?? word) : text
}

function isGerman(text: string): boolean {
  const words = text.toLowerCase().match(/\p{L}+/gu) ?? []
  const count = (known: ReadonlySet<string>) => words.filter((word) => known.has(word)).length
  return count(germanFunctionWords) > count(englishFunctionWords)
}

/** Returns a word as the glossary has it: in lower case, without umlauts. */
function fold(word: string): string {
  return word.slice(0, longestWord).toLowerCase().normalize('NFD').replaceAll(/\p{M}/gu, '').replaceAll('ß', 'ss')
}

function translate(word: string): string | undefined {
  return find(word) ?? findParticiple(word) ?? findCompound(word)
}

/** Finds a word without its ending. */
function find(word: string): string | undefined {
  const stems = endings.filter((ending) => word.endsWith(ending)).map((ending) => word.slice(0, -ending.length))
  for (const stem of [word, ...stems.filter(({ length }) => length >= shortest.part)]) {
    const found = english.get(stem) ?? englishOfStem.get(stem)
    if (found !== undefined) return found
  }
  return undefined
}

function findParticiple(word: string): string | undefined {
  const [, prefix = '', verb = ''] = participle.exec(word) ?? []
  const [, rest = ''] = separable.exec(word) ?? []
  return find(prefix + verb) ?? find(verb) ?? find(rest)
}

/** `Backofentür` is an oven door; of `Zimmerlinde`, the last part says enough. */
function findCompound(word: string): string | undefined {
  const starts = Array.from({ length: Math.max(0, word.length - 2 * shortest.part + 1) }, (_, at) => at + shortest.part)
  const parts = starts.flatMap((start) => {
    const last = find(word.slice(start))
    return last === undefined ? [] : [{ start, last }]
  })
  for (const { start, last } of parts) {
    const first = word.slice(0, start)
    const found = find(first) ?? find(first.replace(/(?:en|es|er|s|n|e)$/, ''))
    if (found !== undefined) return `${found} ${last}`
  }
  return parts.find(({ start }) => word.length - start >= shortest.last)?.last
}
