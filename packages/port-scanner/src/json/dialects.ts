import type { Dialect } from '../dialect.js'

/** JSON, with or without comments. */
export const jsonDialects: readonly Dialect[] = [
  {
    name: 'json',
    names: ['.ember-cli', '.stackblitzrc'],
    extensions: ['json', 'jsonc', 'json5', 'code-workspace', 'webmanifest'],
    languages: ['json', 'jsonc', 'json5'],
    kind: 'settings',
    comments: { line: ['//'], block: [['/*', '*/']] },
    load: async () => (await import('./read-json.js')).readJson,
  },
]
