import { once } from 'node:events'
import { constants } from 'node:os'
import { resolveServiceEnvironment } from '@driftos/ports/checkout'
import spawn from 'cross-spawn'
import { UsageError, type Command } from '../command.js'
import { requireCheckout } from '../environment.js'
import { findOne } from '../project/find.js'

const signals = ['SIGTERM', 'SIGHUP', 'SIGINT'] as const

export const command: Command = {
  summary: 'run a program with the port and the variables of a service',
  usage: '<service> -- <program> [arguments...]',
  options: {},
  details: `The program gets PORT, and *_PORT and *_URL of every service. {port} in an argument becomes the port:
  driftos-ports run website -- vite --port {port}
In PowerShell, quote it: '{port}'.
A PORT that is set already is the port, unless the service's own variable is set.
Without a shell, on every platform. The exit code is that of the program.`,
  async run({ positionals: [text, file, ...args] }, io, { root, registry, composeProject }) {
    const service = findOne(text!, registry)
    const checkout = requireCheckout(root, io.cwd)
    const { env, messages } = await resolveServiceEnvironment(service, registry, checkout, {
      env: io.envWithoutSlot ?? io.env,
      ...(composeProject !== undefined && { composeProject }),
    })
    for (const message of messages) io.writeError(`${message}\n`)
    const fill = (argument: string) => argument.replaceAll('{port}', env['PORT']!)
    return runChild(fill(file!), args.map(fill), env, io.cwd)
  },
}

/** Runs a command with the terminal of this process, and passes its signals on. */
async function runChild(file: string, args: readonly string[], env: NodeJS.ProcessEnv, cwd: string): Promise<number> {
  const child = spawn(file, args, { env, cwd, stdio: 'inherit' })
  const passOn = (signal: NodeJS.Signals) => {
    // A terminal sends Ctrl-C to the command itself.
    if (signal !== 'SIGINT' || !process.stdin.isTTY) child.kill(signal)
  }
  for (const signal of signals) process.on(signal, passOn)
  try {
    const [code, signal] = (await once(child, 'close')) as [number | null, NodeJS.Signals | null]
    return code ?? 128 + (signal ? constants.signals[signal] : 0)
  } catch (error) {
    const { code, message } = error as NodeJS.ErrnoException
    throw new UsageError(code === 'ENOENT' ? `Command not found: ${file}` : `Cannot run ${file}: ${message}`)
  } finally {
    for (const signal of signals) process.off(signal, passOn)
  }
}
