import type { Generator } from '../project/config.js'

interface ClaudeLaunchOptions {
  /** The command that starts each service, by the service's name: for example `{ website: ['npm', 'run', 'dev'] }`. */
  readonly start: Readonly<Record<string, readonly [string, ...string[]]>>
  readonly file?: string
  /** The command that runs driftos-ports in this repository, and its first arguments; `npx driftos-ports` unless given. */
  readonly command?: readonly [string, ...string[]]
}

/**
 * Returns the generator of the servers that Claude Code can start and open. When a port is in use, such as by another
 * checkout, Claude Code assigns a free one in `PORT`, and `driftos-ports run` passes it on.
 */
export function claudeLaunch({
  start,
  file = '.claude/launch.json',
  command = ['npx', 'driftos-ports'],
}: ClaudeLaunchOptions): Generator {
  const [runtimeExecutable, ...first] = command
  return {
    file,
    render({ services }) {
      const configurations = Object.entries(services).flatMap(([name, { port, status }]) => {
        const program = Object.hasOwn(start, name) ? start[name] : undefined
        if (!program || status !== 'active') return []
        return { name, runtimeExecutable, runtimeArgs: [...first, 'run', name, '--', ...program], port, autoPort: true }
      })
      if (configurations.length === 0) return undefined
      return `${JSON.stringify({ version: '0.0.1', configurations }, null, 2)}\n`
    },
  }
}
