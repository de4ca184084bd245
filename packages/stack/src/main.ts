import { parseArgs } from 'node:util'
import { describeSlot, SlotError } from '@driftos/ports/checkout'
import { logLevels } from '@driftos/service/settings'
import type { StackMode } from '@driftos/control'
import colors from 'picocolors'
import { runCommand, type ControlCommand } from './commands.js'
import { findOther } from './control/socket.js'
import { findMembers } from './members.js'
import { findPlace, ownerOf, type Place } from './place.js'
import { findObstacles } from './preflight/obstacles.js'
import { runStack } from './run.js'

const help = `Starts all of DriftOS: the apps and the embedded PostgreSQL, each on its registered port.

Usage: pnpm dev [options] | pnpm start [options] | pnpm stack <command>

  pnpm dev     runs the sources and restarts on changes
  pnpm start   runs the production build

Both restart a service that ends by itself, up to five times in a row.

Options:
  --check          checks every variable and every port, and starts nothing
  --env-file PATH  reads variables from this file instead of .env
  --no-env-file    reads no file

Commands for the stack that runs in this checkout:
  pnpm stack list [--json]                                      shows its services
  pnpm stack logs [service] [--lines N] [--follow|-f] [--json]  shows their output
  pnpm stack restart <service>                                  restarts one
  pnpm stack stop                                               stops all

Variables, also in .env; those of the shell win:
  <NAME>_PORT          moves one service and everything that reaches it
  DRIFTOS_PORT_OFFSET  moves all services; without it, each checkout of the repository has a separate offset
  DATABASE_URL         another PostgreSQL, instead of the embedded one
  LOG_LEVEL            ${logLevels.join(', ')}; default info
  LOG_FORMAT           pretty or json; default pretty

Exit codes: 0 stopped by a signal, 1 a port in use or no process left, 2 wrong usage or an invalid variable.
`

type Action = { readonly name: StackMode; readonly isCheck: boolean } | ControlCommand

interface Arguments {
  readonly action: Action
  readonly envFile: string | false | undefined
}

const code = await main(process.argv.slice(2), process.env)
// Connections that are still open do not delay the end.
process.exit(code)

async function main(args: string[], shell: NodeJS.ProcessEnv): Promise<number> {
  const parsed = parse(args)
  if (parsed === 'help') {
    process.stdout.write(help)
    return 0
  }
  if (!parsed) {
    process.stderr.write(help)
    return 2
  }
  const { action, envFile } = parsed

  let place: Place
  try {
    place = await findPlace(shell, envFile)
  } catch (error) {
    if (!(error instanceof SlotError)) throw error
    console.error(colors.red('Nothing was started. ') + error.message)
    return error.code === 'NO_LEDGER' || error.code === 'NO_FREE_SLOT' ? 1 : 2
  }
  return 'isCheck' in action ? start(action.name, action.isCheck, place) : runCommand(action, place)
}

async function start(mode: StackMode, isCheck: boolean, place: Place): Promise<number> {
  const { env, ignoredPort } = place
  if (ignoredPort !== undefined) {
    console.log(
      colors.yellow(`PORT=${JSON.stringify(ignoredPort)} is ignored, because several services start: `) +
        "set each service's own variable, or DRIFTOS_PORT_OFFSET.",
    )
  }
  const line = describeSlot(place.ports)
  if (line) console.log(line)
  for (const warning of place.ports.warnings) console.log(colors.yellow(warning))

  const members = findMembers(env)
  const other = await findOther(ownerOf(place), env)
  const { messages, hint, exitCode } = await findObstacles(members, env, other)
  if (messages.length > 0) {
    console.error(
      colors.red(`Nothing was started. ${messages.length === 1 ? 'One problem' : `${messages.length} problems`}:`),
    )
    for (const message of messages) console.error(`- ${message}`)
    if (hint) console.error(hint)
    return exitCode
  }
  if (isCheck) {
    console.log('Every variable is valid and every port is free. Nothing was started.')
    return 0
  }
  return runStack(members, mode, place)
}

function parse(args: string[]): Arguments | 'help' | undefined {
  try {
    const { positionals, values } = parseArgs({
      args,
      allowPositionals: true,
      options: {
        help: { type: 'boolean', short: 'h' },
        check: { type: 'boolean' },
        'env-file': { type: 'string' },
        'no-env-file': { type: 'boolean' },
        json: { type: 'boolean' },
        lines: { type: 'string' },
        follow: { type: 'boolean', short: 'f' },
      },
    })
    if (values.help) return 'help'
    const action = actionOf(positionals, values)
    return action && { action, envFile: values['no-env-file'] ? false : values['env-file'] }
  } catch (error) {
    console.error((error as Error).message)
    return undefined
  }
}

interface Flags {
  readonly check?: boolean
  readonly json?: boolean
  readonly lines?: string
  readonly follow?: boolean
}

/** Returns the action of the arguments; undefined for wrong usage, such as an option of another command. */
function actionOf([name, service, ...rest]: readonly string[], flags: Flags): Action | undefined {
  const { check = false, json = false, lines = '100', follow = false } = flags
  const allowed: Readonly<Record<string, readonly string[]>> = {
    dev: ['check'],
    start: ['check'],
    list: ['json'],
    logs: ['json', 'lines', 'follow'],
    restart: [],
    stop: [],
  }
  const options = ['check', 'json', 'lines', 'follow'].filter((option) => Object.hasOwn(flags, option))
  if (name === undefined || rest.length > 0 || !Object.hasOwn(allowed, name)) return undefined
  if (options.some((option) => !allowed[name]!.includes(option)) || !/^\d{1,4}$/.test(lines)) return undefined
  if (name === 'logs') return { name, service, lines: Number(lines), follow, json }
  if (name === 'restart') return service === undefined ? undefined : { name, service }
  if (service !== undefined) return undefined
  if (name === 'list') return { name, json }
  return name === 'stop' ? { name } : { name: name as StackMode, isCheck: check }
}
