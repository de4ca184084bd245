import type { Content } from './content.js'
import { highlightSnippets } from './highlight.js'
import { findSnippets } from './page/snippets.js'
import { readReleasedMoves } from './releases.js'

/** Collects the releases of the moves and the highlighted snippets, from the sources of this repository. */
export function collectContent(): Content {
  return { moves: readReleasedMoves(), snippets: highlightSnippets(findSnippets()) }
}
