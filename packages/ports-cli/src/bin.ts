#!/usr/bin/env node
import { runCli } from './cli.js'

const { stdout, stderr, env } = process
process.exitCode = await runCli(process.argv.slice(2), {
  env,
  isTerminal: stdout.isTTY,
  write: (text) => stdout.write(text),
  writeError: (text) => stderr.write(text),
})
