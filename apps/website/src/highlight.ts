import highlighter from 'highlight.js/lib/core'
import bash from 'highlight.js/lib/languages/bash'
import typescript from 'highlight.js/lib/languages/typescript'
import type { SnippetSource } from './page/snippets.js'

/** A piece of code, its title, and its HTML with highlighted words. */
export interface HighlightedSnippet extends Pick<SnippetSource, 'title' | 'code'> {
  readonly html: string
}

highlighter.registerLanguage('shell', bash)
highlighter.registerLanguage('typescript', typescript)

/** Highlights each snippet with classes of highlight.js; the content security policy allows no inline style. */
export function highlightSnippets(snippets: readonly SnippetSource[]): HighlightedSnippet[] {
  return snippets.map(({ title, code, language }) => ({
    title,
    code,
    html: highlighter.highlight(code, { language }).value,
  }))
}
