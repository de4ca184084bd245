import { parseArgs } from 'node:util'
import { describeSlot, SlotError } from '@driftos/ports/checkout'
import { logLevels } from '@driftos/service/settings'
import colors from 'picocolors'
import { findMembers } from './members.js'
import { findPlace, type Place } from './place.js'
import { findObstacles } from './preflight.js'
import { runStack } from './run.js'

const help = `Starts all of DriftOS: the apps and the embedded PostgreSQL, each on its registered port.

Usage: pnpm dev [options] | pnpm start [options]

  pnpm dev     runs the sources and restarts on changes
  pnpm start   runs the production build

Options:
  --env-file PATH  reads variables from this file instead of .env
  --no-env-file    reads no file

Variables, also in .env; those of the shell win:
  <NAME>_PORT          moves one service and everything that reaches it
  DRIFTOS_PORT_OFFSET  moves all services; without it, each checkout of the repository has an offset of its own
  DATABASE_URL         another PostgreSQL, instead of the embedded one
  LOG_LEVEL            ${logLevels.join(', ')}; default info
  LOG_FORMAT           pretty or json; default pretty

Exit codes: 0 stopped by a signal, 1 a port in use or no process left, 2 wrong usage or an invalid variable.
`

process.exitCode = await main(process.argv.slice(2), process.env)

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

  let place: Place
  try {
    place = await findPlace(shell, parsed.envFile)
  } catch (error) {
    if (!(error instanceof SlotError)) throw error
    console.error(colors.red('Nothing was started. ') + error.message)
    return error.code === 'NO_LEDGER' || error.code === 'NO_FREE_SLOT' ? 1 : 2
  }
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
  const { messages, hint, exitCode } = await findObstacles(members, env)
  if (messages.length > 0) {
    console.error(
      colors.red(`Nothing was started. ${messages.length === 1 ? 'One problem' : `${messages.length} problems`}:`),
    )
    for (const message of messages) console.error(`- ${message}`)
    if (hint) console.error(hint)
    return exitCode
  }
  return runStack(members, parsed.mode, place)
}

function parse(args: string[]): { mode: 'dev' | 'start'; envFile: string | false | undefined } | 'help' | undefined {
  try {
    const { positionals, values } = parseArgs({
      args,
      allowPositionals: true,
      options: { help: { type: 'boolean' }, 'env-file': { type: 'string' }, 'no-env-file': { type: 'boolean' } },
    })
    if (values.help) return 'help'
    const [mode, ...rest] = positionals
    if (rest.length > 0 || (mode !== 'dev' && mode !== 'start')) return undefined
    return { mode, envFile: values['no-env-file'] ? false : values['env-file'] }
  } catch (error) {
    console.error((error as Error).message)
    return undefined
  }
}
