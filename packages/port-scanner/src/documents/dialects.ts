import type { Dialect } from '../dialect.js'

/** Text for people: Markdown, AsciiDoc, reStructuredText, plain text. */
export const documentDialects: readonly Dialect[] = []
