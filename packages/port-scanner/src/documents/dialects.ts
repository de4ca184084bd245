import type { Dialect, Reader } from '../dialect.js'

const load = async (): Promise<Reader> => (await import('./read-document.js')).readDocument

/** Text for people: Markdown, AsciiDoc, reStructuredText, plain text. */
export const documentDialects: readonly Dialect[] = [
  {
    name: 'markdown',
    extensions: ['md', 'mdx', 'markdown', 'mdc', 'qmd', 'rmd'],
    kind: 'document',
    load,
  },
  {
    name: 'text',
    extensions: ['rst', 'adoc', 'asciidoc', 'asc', 'org', 'textile'],
    paths: /(?:^|\/)(?:readme|install|contributing|development|usage|hacking)(?:\.txt)?$|(?:^|\/)docs?\/.*\.txt$/,
    kind: 'document',
    load,
  },
]
