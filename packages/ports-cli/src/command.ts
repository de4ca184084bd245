import type { ParseArgsConfig } from 'node:util'
import type { Env } from '@driftos/ports'
import type { PortRegistry } from '@driftos/ports/define'
import type { Project } from './project/project.js'

export { UsageError } from './usage-error.js'

/** Where a command reads from and writes to. */
export interface Io {
  readonly env: Env
  /** The folder that the command is run in. */
  readonly cwd: string
  /** The command and the arguments that start this program again. */
  readonly program: readonly string[]
  /** Whether the output is a terminal, on which a text may be redrawn. */
  readonly isTerminal: boolean
  write(text: string): void
  writeError(text: string): void
}

/** One subcommand. */
export interface Command {
  /** The whole help text, which may speak of the registry. */
  readonly help: string | ((registry: PortRegistry) => string)
  readonly options: NonNullable<ParseArgsConfig['options']>
  /** `none` runs without a registry. */
  readonly registry?: 'required' | 'none'
  /** @returns the exit code: 0 all well, 1 findings or a service not up */
  run(input: Input, io: Io, project: Project): number | Promise<number>
}

/** The parsed command line. */
interface Input {
  readonly values: Readonly<Record<string, string | boolean | undefined>>
  readonly positionals: readonly string[]
}
