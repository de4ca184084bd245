import type { Reader } from '../dialect.js'
import { merge, type Match } from '../match.js'
import { readJavaScript } from './read-javascript.js'

/** Astro's program, between two lines of `---` at the beginning. */
const frontmatter = /^\s*---[^\S\n]*\n(?<program>[^]*?)\n---/d
const script = /<script\b[^>]*>(?<program>[^]*?)<\/script>/dgi

/** Reads the programs in a component of Vue, Svelte or Astro. Its markup is not read. */
export const readComponent: Reader = (text, path, refuse) => {
  const parts = [...(path.endsWith('.astro') ? [frontmatter.exec(text)] : []), ...text.matchAll(script)]
  const found = parts.flatMap((part): readonly Match[] => {
    const [start, end] = part?.indices?.groups?.['program'] ?? [0, 0]
    if (!/\d\d/.test(text.slice(start, end))) return []
    // Offsets are kept, so that positions are those of the file.
    const program = text.slice(0, start).replaceAll(/[^\n]/g, ' ') + text.slice(start, end)
    return readJavaScript(program, `${path}.ts`, refuse) as readonly Match[]
  })
  return merge(found)
}
