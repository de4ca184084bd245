import { parseArgs } from 'node:util'
import { logLevels } from '@driftos/service/settings'
import colors from 'picocolors'
import { findMembers } from './members.js'
import { findObstacles } from './preflight.js'
import { runStack } from './run.js'

const help = `Starts the whole of DriftOS: the five apps and the embedded PostgreSQL, each on its registered port.

Usage: pnpm dev | pnpm start

  pnpm dev     from the sources, restarting what changes
  pnpm start   the built, production form

Variables:
  <NAME>_PORT          moves one service and everything that reaches it, such as CORE_PORT=4101
  DRIFTOS_PORT_OFFSET  moves all of them: 100 starts a second DriftOS beside the first
  DATABASE_URL         a PostgreSQL of yours; the embedded one is then not started
  LOG_LEVEL            ${logLevels.join(', ')}; info, if it is unset

Exit codes: 0 stopped by you, 1 a taken port or nothing left running, 2 wrong usage or an invalid variable.
`

process.exitCode = await main(process.argv.slice(2), process.env)

async function main(args: string[], { PORT, ...env }: NodeJS.ProcessEnv): Promise<number> {
  let mode: string | undefined
  try {
    const { positionals, values } = parseArgs({ args, allowPositionals: true, options: { help: { type: 'boolean' } } })
    if (values.help) {
      process.stdout.write(help)
      return 0
    }
    mode = positionals.length === 1 ? positionals[0] : undefined
  } catch (error) {
    console.error((error as Error).message)
  }
  if (mode !== 'dev' && mode !== 'start') {
    process.stderr.write(help)
    return 2
  }
  if (PORT !== undefined) {
    console.log(
      colors.yellow(`PORT=${JSON.stringify(PORT)} is not passed on, since it cannot be the port of every service: `) +
        'set GATEWAY_PORT, CORE_PORT and their like.',
    )
  }

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
  return runStack(members, mode, env)
}
