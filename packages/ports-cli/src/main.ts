import { isatty } from 'node:tty'
import { runCli } from './cli.js'

const { stdout, stderr, env } = process
let isOutputClosed = false

for (const stream of [stdout, stderr]) {
  stream.on('error', (error: NodeJS.ErrnoException) => {
    // The reader, such as `head`, has enough: the command ends with its own exit code.
    if (error.code === 'EPIPE') isOutputClosed = true
    else fail(stream === stdout ? `Cannot write the output: ${error.message}` : '')
  })
}

process.on('uncaughtException', (error: NodeJS.ErrnoException) => {
  fail(
    error.syscall === undefined ? `Unexpected error, please report it: ${error.stack ?? String(error)}` : error.message,
  )
})

void runCli(process.argv.slice(2), {
  env,
  cwd: process.cwd(),
  program: [process.execPath, ...process.execArgv, process.argv[1]!],
  isTerminal: isatty(stdout.fd),
  columns: stdout.columns,
  isOutputClosed: () => isOutputClosed,
  write: (text) => stdout.write(text),
  writeError: (text) => stderr.write(text),
}).then((exitCode) => {
  process.exitCode = exitCode
})

function fail(message: string): never {
  if (message) stderr.write(`${message}\n`)
  process.exit(2)
}
