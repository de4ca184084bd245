import type { Dialect } from '../dialect.js'

/** Scripts of bash, sh and zsh. */
export const shellDialects: readonly Dialect[] = [
  {
    name: 'shell',
    extensions: ['sh', 'bash', 'zsh', 'ksh', 'bats'],
    names: ['.bashrc', '.bash_profile', '.zshrc', '.profile', 'gradlew'],
    paths: /(?:^|\/)(?:\.husky\/[\w-]+|bin\/[\w-]+|(?:docker-)?entrypoint|\.platform\/hooks\/[\w/-]+)$/,
    languages: ['sh', 'bash', 'shell', 'zsh', 'console', 'shell-session'],
    kind: 'settings',
    comments: { line: ['#'] },
    load: async () => (await import('./read-shell.js')).readShell,
  },
]
