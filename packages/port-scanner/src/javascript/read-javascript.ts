import { parseSync, type ParserOptions } from 'oxc-parser'
import { isTooDeep } from './nesting.js'
import { readProgram } from './program.js'
import { merge } from '../sight.js'
import { shift, type Reader, type Sighting } from '../sighting.js'
import { readText } from '../text/text.js'

type Language = NonNullable<ParserOptions['lang']>

/**
 * Reads JavaScript and TypeScript, with JSX or without, and the scripts of Vue's, Svelte's and Astro's
 * components. What cannot be parsed is read as text.
 */
export const readJavaScript: Reader = (text, path) => {
  if (!/[1-9]\d/.test(text)) return []
  const extension = /\.([a-z]+)$/.exec(path)?.[1] ?? 'ts'
  return /^(?:vue|svelte|astro)$/.test(extension) ? readComponent(text) : readSource(text, languagesOf(extension))
}

/** The languages that a file may be in, the likeliest first. */
function languagesOf(extension: string): Language[] {
  if (/^[cm]?ts$/.test(extension)) return ['ts', 'tsx']
  return extension === 'tsx' ? ['tsx'] : ['jsx', 'tsx', 'ts']
}

function readSource(text: string, languages: readonly Language[]): Sighting[] {
  if (!isTooDeep(text)) {
    for (const lang of languages) {
      const { program, comments, errors } = parseSync('', text, { lang, preserveParens: false })
      // oxc gives an empty program for what it cannot parse.
      if (program.body.length > 0 || errors.length === 0) return readProgram(program, comments, text)
    }
  }
  return readText(text, { style: 'code' })
}

/** The scripts of a component as programs, and what is around them as words. */
function readComponent(text: string): Sighting[] {
  const sightings: Sighting[] = []
  let words = ''
  for (const { start, end, isScript } of partsOf(text)) {
    if (isScript) sightings.push(...shift(readSource(text.slice(start, end), ['ts', 'tsx']), start))
    words += text.slice(words.length, start) + text.slice(start, end).replaceAll(/[^\r\n]/g, ' ')
  }
  words += text.slice(words.length)
  return merge(sightings, readText(words, { style: 'prose' }))
}

/** Scripts and styles of a component: Astro's between its two `---`, the others' in their elements. */
function partsOf(text: string): { start: number; end: number; isScript: boolean }[] {
  const parts: { start: number; end: number; isScript: boolean }[] = []
  const fence = /^\uFEFF?---\r?\n/.exec(text)
  const fenceEnd = fence ? text.indexOf('\n---', fence[0].length - 1) : -1
  if (fence && fenceEnd >= 0) parts.push({ start: fence[0].length, end: fenceEnd, isScript: true })
  const openings = /<(script|style)\b[^<>]{0,300}>/gi
  openings.lastIndex = Math.max(0, fenceEnd)
  for (let opening = openings.exec(text); opening; opening = openings.exec(text)) {
    const name = opening[1]!.toLowerCase()
    const start = openings.lastIndex
    const end = text.indexOf(`</${name}`, start)
    if (end < 0) break
    parts.push({ start, end, isScript: name === 'script' })
    openings.lastIndex = end
  }
  return parts
}
