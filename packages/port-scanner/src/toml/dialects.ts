import type { Dialect } from '../dialect.js'

/** TOML. */
export const tomlDialects: readonly Dialect[] = [
  {
    name: 'toml',
    extensions: ['toml'],
    languages: ['toml'],
    kind: 'settings',
    comments: { line: ['#'] },
    load: async () => (await import('./read-toml.js')).readToml,
  },
]
