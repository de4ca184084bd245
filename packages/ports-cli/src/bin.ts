#!/usr/bin/env node
import { isatty } from 'node:tty'
import { runCli } from './cli.js'

const { stdout, stderr, env } = process
for (const stream of [stdout, stderr]) {
  stream.on('error', (error: NodeJS.ErrnoException) => {
    // A reader that has seen enough, such as `head`, closes the pipe.
    if (error.code === 'EPIPE') process.exit()
    throw error
  })
}
void runCli(process.argv.slice(2), {
  env,
  cwd: process.cwd(),
  program: [process.execPath, ...process.execArgv, process.argv[1]!],
  isTerminal: isatty(stdout.fd),
  write: (text) => stdout.write(text),
  writeError: (text) => stderr.write(text),
}).then((exitCode) => {
  process.exitCode = exitCode
})
