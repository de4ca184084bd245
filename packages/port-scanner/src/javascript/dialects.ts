import type { Dialect } from '../dialect.js'

const comments = { line: ['//'], block: [['/*', '*/']] } as const

/** JavaScript and TypeScript, also inside components. */
export const javascriptDialects: readonly Dialect[] = [
  {
    name: 'javascript',
    // Express's generator calls its program so.
    paths: /(?:^|\/)bin\/www$/,
    extensions: ['ts', 'tsx', 'mts', 'cts', 'js', 'jsx', 'mjs', 'cjs'],
    languages: ['js', 'jsx', 'ts', 'tsx', 'mjs', 'javascript', 'typescript'],
    kind: 'code',
    comments,
    load: async () => (await import('./read-javascript.js')).readJavaScript,
  },
  {
    name: 'component',
    extensions: ['vue', 'svelte', 'astro'],
    languages: ['vue', 'svelte', 'astro'],
    kind: 'code',
    load: async () => (await import('./read-component.js')).readComponent,
  },
]
