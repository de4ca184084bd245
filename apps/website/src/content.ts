import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import type { HighlightedSnippet } from './highlight.js'
import type { ReleasedMove } from './releases.js'

/** The content of pages besides the registry; the build collects it. */
export interface Content {
  readonly moves: readonly ReleasedMove[]
  readonly snippets: readonly HighlightedSnippet[]
}

/** The file in the directory of the built site. */
export const contentFile = 'content.json'

/** Reads the content from the directory of the built site. */
export function readContent(folder: string): Content {
  return JSON.parse(readFileSync(join(folder, contentFile), 'utf8')) as Content
}
