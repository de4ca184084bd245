import { dirname } from 'node:path'
import { PortConfigError } from '@driftos/ports'
import { SlotError } from '@driftos/ports/checkout'
import { parseArguments } from './command-line.js'
import { UsageError, type Io } from './command.js'
import { commands, globalOptions, leadingOptions, loadCommand, splitAtCommand } from './commands.js'
import { readEnvironment } from './environment.js'
import { findManifest } from './project/find-config.js'
import { loadProject } from './project/project.js'

/**
 * Runs one command line.
 *
 * @returns the exit code
 */
export async function runCli(args: readonly string[], io: Io): Promise<number> {
  if (args[0] === '__complete') return runCompletion(args.slice(1), io)
  const { name, before, rest } = splitAtCommand(args)
  try {
    if (name === '__registry') return await printRegistry(io)
    if (name === 'help' || isHelpAsked(args)) return await printHelp(name, rest, io)
    if (name === undefined) return await runWithoutCommand(before, io)
    parseArguments(before, { options: globalOptions })
    const command = await loadCommand(name)
    const input = parseArguments([...before, ...rest], command)
    if (command.registry === 'none') return await command.run(input, io)
    const project = await loadProject(io.cwd, input.values['registry'] as string | undefined)
    const environment = readEnvironment(input.values, io, project.root)
    return await command.run(input, { ...io, ...environment }, project)
  } catch (error) {
    return fail(error, name !== undefined && Object.hasOwn(commands, name) ? `${name} ` : '', io)
  }
}

function fail(error: unknown, command: string, io: Io): number {
  if (!(error instanceof UsageError || error instanceof PortConfigError || error instanceof SlotError)) throw error
  io.writeError(`${error.message}\n${error instanceof UsageError ? `See driftos-ports ${command}--help.\n` : ''}`)
  return 2
}

/** Checks for the help option before a `--`. */
function isHelpAsked(args: readonly string[]): boolean {
  const end = args.indexOf('--')
  return args.slice(0, end === -1 ? args.length : end).some((arg) => arg === '--help' || arg === '-h')
}

async function printHelp(name: string | undefined, rest: readonly string[], io: Io): Promise<number> {
  const declaration = { usage: '[command]', options: globalOptions }
  const topic = name === 'help' ? parseArguments(rest, declaration).positionals[0] : name
  const { renderHelp, renderOverview } = await import('./help.js')
  const isOverview = topic === undefined || topic === 'help'
  io.write(isOverview ? await renderOverview() : renderHelp(topic, await loadCommand(topic)))
  return 0
}

async function runWithoutCommand(args: readonly string[], io: Io): Promise<number> {
  if (parseArguments(args, { options: leadingOptions }).values['version']) {
    const { default: manifest } = await import('../package.json', { with: { type: 'json' } })
    io.write(`${manifest.version}\n`)
    return 0
  }
  const { renderOverview } = await import('./help.js')
  io.writeError(await renderOverview())
  return 2
}

/** Prints the candidates for a word of a command line. The shell shows no errors, so there are none. */
async function runCompletion([position, ...words]: readonly string[], io: Io): Promise<number> {
  const { complete } = await import('./completion/complete.js')
  io.write(await complete(Number(position), words, io.cwd).catch(() => ''))
  return 0
}

/** Prints the registry and the name of its package, for the plugin for linters: only another process can load it while they wait. */
async function printRegistry(io: Io): Promise<number> {
  const { registry, registryFile } = await loadProject(io.cwd)
  const { services, ranges, history, retired } = registry
  const packageName = registryFile === undefined ? '@driftos/ports' : findManifest(dirname(registryFile))?.manifest.name
  io.write(`${JSON.stringify({ tables: { services, ranges, history, retired }, packageName })}\n`)
  return 0
}
