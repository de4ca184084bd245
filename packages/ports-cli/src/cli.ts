import { parseArgs } from 'node:util'
import { PortConfigError } from '@driftos/ports'
import { UsageError, type Command, type Io } from './command.js'
import { loadProject } from './project/project.js'

const commands: Record<string, () => Promise<{ command: Command }>> = {
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
  restore: () => import('./commands/restore.js'),
}

const help = `The port registry of this repository, or DriftOS's own where there is none.

Usage: driftos-ports <command> [options]

  list     the port table, with the resolved port where an override moves it
  show     one service, or who holds or held a port
  status   which services are up, and which process holds each port
  wait     returns when services are healthy
  env      the variables, resolved
  sync     writes every file that is generated from the registry
  check    finds every port that disagrees with the registry
  init     proposes a registry from the ports that a repository has
  move     moves a service to another port, for everybody
  add      registers a service
  retire   retires a service, and its port with it
  diff     what changed in the registry, and the release that it demands

  --help   of a command: its options
  --version

Colours follow NO_COLOR, FORCE_COLOR and the terminal.
Exit codes: 0 all well, 1 findings or a service not up, 2 wrong usage or configuration.
`

/**
 * Runs one command line.
 *
 * @returns the exit code
 */
export async function runCli(args: readonly string[], io: Io): Promise<number> {
  const [name, ...rest] = args
  if (name === undefined || name === '--help' || name === '-h' || name === 'help') {
    if (name === undefined) io.writeError(help)
    else io.write(help)
    return name === undefined ? 2 : 0
  }
  if (name === '--version') {
    const { default: manifest } = await import('../package.json', { with: { type: 'json' } })
    io.write(`${manifest.version}\n`)
    return 0
  }
  try {
    const { command } = await load(name)
    const options = { ...command.options, registry: { type: 'string' }, help: { type: 'boolean', short: 'h' } } as const
    const input = await parse(rest, options)
    const isHelp = input.values['help'] === true
    if (isHelp && typeof command.help === 'string') {
      io.write(command.help)
      return 0
    }
    // Without a registry, `init` creates one.
    const project =
      command.registry === 'none'
        ? (undefined as never)
        : await loadProject(io.cwd, toOptions(input.values['registry']))
    if (isHelp && typeof command.help === 'function') {
      io.write(command.help(project.registry))
      return 0
    }
    return await command.run(input, io, project)
  } catch (error) {
    if (!(error instanceof UsageError || error instanceof PortConfigError)) throw error
    const hint =
      error instanceof UsageError ? `\nSee driftos-ports ${Object.hasOwn(commands, name) ? `${name} ` : ''}--help.` : ''
    io.writeError(`${error.message}${hint}\n`)
    return 2
  }
}

function toOptions(registry: string | boolean | undefined): { registry?: string } {
  return typeof registry === 'string' ? { registry } : {}
}

async function load(name: string): Promise<{ command: Command }> {
  if (Object.hasOwn(commands, name)) return commands[name]!()
  throw new UsageError(`There is no command ${JSON.stringify(name)}; ${await guess(name, Object.keys(commands))}`)
}

async function parse(args: string[], options: Command['options']) {
  try {
    return parseArgs({ args, options, allowPositionals: true }) as {
      values: Record<string, string | boolean | undefined>
      positionals: string[]
    }
  } catch (error) {
    const { code, message } = error as NodeJS.ErrnoException
    const option = code === 'ERR_PARSE_ARGS_UNKNOWN_OPTION' && /'(-[^']+)'/.exec(message)?.[1]
    if (!option) throw new UsageError(message)
    const names = Object.keys(options).map((name) => `--${name}`)
    throw new UsageError(`There is no option ${option}; ${await guess(option, names)}`)
  }
}

/** The name that was probably meant. */
async function guess(name: string, names: readonly string[]): Promise<string> {
  const { closest } = await import('fastest-levenshtein')
  return `did you mean ${closest(name, names)}?`
}
