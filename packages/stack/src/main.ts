import { parseArgs } from 'node:util'
import { logLevels } from '@driftos/service/settings'
import colors from 'picocolors'
import { findMembers } from './members.js'
import { findObstacles } from './preflight.js'
import { runStack } from './run.js'

const help = `Starts all of DriftOS: the apps and the embedded PostgreSQL, each on its registered port.

Usage: pnpm dev | pnpm start

  pnpm dev     runs the sources and restarts on changes
  pnpm start   runs the production build

Variables:
  <NAME>_PORT          moves one service and everything that reaches it
  DRIFTOS_PORT_OFFSET  moves all services: 100 starts a second DriftOS next to the first
  DATABASE_URL         another PostgreSQL, instead of the embedded one
  LOG_LEVEL            ${logLevels.join(', ')}; default info

Exit codes: 0 stopped by a signal, 1 a port in use or no process left, 2 wrong usage or an invalid variable.
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
      colors.yellow(`PORT=${JSON.stringify(PORT)} is ignored, because several services start: `) +
        "set each service's own variable, or DRIFTOS_PORT_OFFSET.",
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
