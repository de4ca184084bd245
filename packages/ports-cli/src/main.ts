import { runCli } from './cli.js'
import { openOutput } from './output.js'

let isOutputClosed = false

const stdout = openOutput('stdout', (error) => {
  // The reader, such as `head`, has enough: the command ends with its own exit code.
  if (error.code === 'EPIPE') isOutputClosed = true
  else fail(`Cannot write the output: ${error.message}`)
})
const stderr = openOutput('stderr', (error) => {
  if (error.code !== 'EPIPE') process.exit(2)
})

process.on('uncaughtException', (error: NodeJS.ErrnoException) => {
  fail(
    error.syscall === undefined ? `Unexpected error, please report it: ${error.stack ?? String(error)}` : error.message,
  )
})

void runCli(process.argv.slice(2), {
  env: process.env,
  cwd: process.cwd(),
  isTerminal: stdout.isTerminal,
  columns: stdout.columns,
  isOutputClosed: () => isOutputClosed,
  write: stdout.write,
  writeError: stderr.write,
}).then((exitCode) => {
  process.exitCode = exitCode
})

function fail(message: string): never {
  stderr.write(`${message}\n`)
  process.exit(2)
}
