import type { Env } from '@driftos/ports'
import type { Project } from './project/project.js'

export { UsageError } from './usage-error.js'

/** Where a command reads from and writes to. */
export interface Io {
  /** The variables that ports resolve with, the offset of the checkout's slot included. */
  readonly env: Env
  /** The same variables without that offset; `env` by default. */
  readonly envWithoutSlot?: Env
  readonly cwd: string
  /** Whether the output is a terminal, on which text can be redrawn. */
  readonly isTerminal: boolean
  /** The width of the terminal, in characters; undefined when the output is not a terminal. */
  readonly columns?: number | undefined
  /** Whether the reader of the output has closed it, so that an endless command ends. */
  isOutputClosed?(): boolean
  write(text: string): void
  writeError(text: string): void
}

/** One option of a command. */
export interface Option {
  /** The placeholder of the value in the help, such as `NAME`; an option without one takes no value. */
  readonly value?: string
  /** The only values that the parser accepts. */
  readonly choices?: readonly string[]
  /** Whether the option can be repeated; its value is then an array. */
  readonly multiple?: boolean
  /** The one-letter form, without the dash. */
  readonly short?: string
  /** One line without a trailing full stop. */
  readonly help: string
}

/** The declaration from which the parser, the help and the shell completion of a command are made. */
interface Declaration {
  /** One line for the list of commands. */
  readonly summary: string
  /** The positional arguments, such as `<service> [ports...]`, which the parser counts; none by default. */
  readonly usage?: string
  readonly options: Readonly<Record<string, Option>>
  /** Paragraphs after the options in the help. */
  readonly details?: string
}

/** One subcommand. `run` returns the exit code: 0 for success, 1 for findings or a service that is not up. */
export type Command = Declaration &
  (
    | {
        readonly registry?: never
        /** @throws {UsageError} for exit code 2 */
        run(input: Input, io: Io, project: Project): number | Promise<number>
      }
    | {
        /** Runs without a registry. */
        readonly registry: 'none'
        /** @throws {UsageError} for exit code 2 */
        run(input: Input, io: Io): number | Promise<number>
      }
  )

/** The parsed arguments of a command. */
export interface Input {
  readonly values: Readonly<Record<string, string | boolean | readonly string[] | undefined>>
  readonly positionals: readonly string[]
}

/** Prints a result: as JSON with `--json`, else as text. */
export function print(io: Pick<Io, 'write'>, values: Input['values'], json: unknown, text: string): void {
  io.write(values['json'] === true ? `${JSON.stringify(json, null, 2)}\n` : text)
}
