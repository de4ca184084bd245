import type { Dialect } from '../dialect.js'

/** Dockerfiles. */
export const dockerDialects: readonly Dialect[] = [
  {
    name: 'dockerfile',
    names: ['dockerfile', 'containerfile'],
    paths: /(?:^|[/.])(?:docker|container)file(?:[._-][\w.-]+)?$/,
    languages: ['dockerfile', 'docker', 'containerfile'],
    kind: 'settings',
    comments: { lineStart: ['#'] },
    load: async () => (await import('./read-dockerfile.js')).readDockerfile,
  },
]
