import type { Dialect } from '../dialect.js'

/** YAML of every kind: the reader chooses by content, then by path. */
export const yamlDialects: readonly Dialect[] = [
  {
    name: 'yaml',
    extensions: ['yml', 'yaml'],
    languages: ['yaml', 'yml', 'compose', 'docker-compose'],
    kind: 'settings',
    comments: { line: ['#'] },
    load: async () => (await import('./read-yaml.js')).readYaml,
  },
]
