import { tokenize } from './command-line.js'
import type { Command, Option } from './command.js'
import { unknownName } from './suggestion.js'

/** Every command by its name, loaded when it is needed. */
export const commands: Readonly<Record<string, () => Promise<{ command: Command }>>> = {
  list: () => import('./commands/list.js'),
  show: () => import('./commands/show.js'),
  status: () => import('./commands/status.js'),
  wait: () => import('./commands/wait.js'),
  env: () => import('./commands/env.js'),
  sync: () => import('./commands/sync.js'),
  check: () => import('./commands/check.js'),
  init: () => import('./commands/init.js'),
  move: () => import('./commands/move.js'),
  add: () => import('./commands/add.js'),
  retire: () => import('./commands/retire.js'),
  diff: () => import('./commands/diff.js'),
  slot: () => import('./commands/slot.js'),
  run: () => import('./commands/run.js'),
  doctor: () => import('./commands/doctor.js'),
  completion: () => import('./commands/completion.js'),
}

/** The options of every command, which may also precede it. */
export const globalOptions: Readonly<Record<string, Option>> = {
  registry: { value: 'PATH|PACKAGE', help: 'use this registry instead of the configured one' },
  'env-file': { value: 'PATH', help: 'read variables from this file; default .env at the root' },
  'no-env-file': { help: 'read no .env file' },
  help: { short: 'h', help: 'print the help of a command' },
}
/** The options that need no command. */
export const leadingOptions: Readonly<Record<string, Option>> = {
  ...globalOptions,
  version: { short: 'v', help: 'print the version' },
}

/** Finds the command: the first argument that is neither an option nor the value of a global option. */
export function splitAtCommand(args: readonly string[]) {
  const first = tokenize(args, leadingOptions).tokens.find(({ kind }) => kind === 'positional')
  const index = first?.index ?? args.length
  return { name: args[index], before: args.slice(0, index), rest: args.slice(index + 1) }
}

/**
 * Loads a command, with the global options that apply to it.
 *
 * @throws {UsageError} when there is none with this name
 */
export async function loadCommand(name: string): Promise<Command> {
  if (!Object.hasOwn(commands, name)) throw unknownName('command', name, Object.keys(commands))
  const { command } = await commands[name]!()
  const global = command.registry === 'none' ? { help: globalOptions['help']! } : globalOptions
  return { ...command, options: { ...command.options, ...global } }
}
