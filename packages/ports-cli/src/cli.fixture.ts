import { spawn } from 'node:child_process'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { createServer, type RequestListener } from 'node:http'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import type { Env } from '@driftos/ports'
import { defineRegistry } from '@driftos/ports/define'
import { afterAll, onTestFinished } from 'vitest'
import { runCli } from './cli.js'
import * as example from './example.fixture.js'

/** The result of a command line. */
export interface Output {
  readonly code: number
  readonly stdout: string
  readonly stderr: string
}

/** Keeps a developer's slots out of a test. */
const withoutLedger = { XDG_STATE_HOME: join(tmpdir(), 'no-ledger'), LOCALAPPDATA: join(tmpdir(), 'no-ledger') }

/** The commands that read no `.env` file. */
const withoutEnvFile = new Set(['init', 'completion', 'help', '__complete'])

/** The options of every command: which registry to use instead of that of this repository. */
let registryOptions: readonly string[] = []

/** Makes every command of a test file read the registry of `example.fixture.ts`, and returns that registry. */
export function useExample() {
  const directory = mkdtempSync(join(tmpdir(), 'driftos-test-'))
  const file = join(directory, 'registry.json')
  writeFileSync(file, JSON.stringify(example))
  registryOptions = ['--registry', file]
  afterAll(() => rmSync(directory, { recursive: true, force: true }))
  return defineRegistry(example)
}

/** Keeps a developer's `.env` file out of a test. */
function isolate(args: readonly string[], options: readonly string[] = registryOptions): readonly string[] {
  return args.some((arg) => withoutEnvFile.has(arg) || arg.startsWith('--env-file'))
    ? args
    : ['--no-env-file', ...options, ...args]
}

/** Runs a command line in this process: in a directory with its registry, or with the one that the test file uses. */
export async function run(args: readonly string[], env: Env = {}, isTerminal = false, cwd?: string): Promise<Output> {
  let stdout = ''
  let stderr = ''
  const code = await runCli(isolate(args, cwd === undefined ? registryOptions : []), {
    env: { ...withoutLedger, ...env },
    cwd: cwd ?? process.cwd(),
    isTerminal,
    write: (text) => (stdout += text),
    writeError: (text) => (stderr += text),
  })
  return { code, stdout, stderr }
}

/** Runs a command line that prints JSON and nothing else on its standard output. */
export async function runJson(args: readonly string[], env: Env = {}) {
  const { code, stdout, stderr } = await run([...args, '--json'], env)
  return { code, stderr, value: JSON.parse(stdout) as unknown }
}

/** The arguments with which Node.js runs the real program from its source. */
export const program = [
  '--import',
  import.meta.resolve('tsx'),
  '--conditions=@driftos/source',
  fileURLToPath(new URL('bin.ts', import.meta.url)),
]

/** Starts the real program, and ends it with the test. */
export function start(args: readonly string[], env: Env = {}) {
  const child = spawn(process.execPath, [...program, ...isolate(args)], {
    env: { PATH: process.env['PATH'], ...withoutLedger, ...env },
  })
  onTestFinished(() => void child.kill('SIGKILL'))
  return child
}

/** Runs the real program to its end. */
export async function runProgram(args: readonly string[], env: Env = {}): Promise<Output> {
  const child = start(args, env)
  let stdout = ''
  let stderr = ''
  child.stdout.on('data', (chunk: Buffer) => (stdout += chunk.toString()))
  child.stderr.on('data', (chunk: Buffer) => (stderr += chunk.toString()))
  const code = await new Promise<number>((resolve) => child.once('close', (status) => resolve(status ?? -1)))
  return { code, stdout, stderr }
}

/** An HTTP server on this machine until the test ends; on a port that the system chooses unless one is given. */
export async function serve(onRequest: RequestListener, port = 0): Promise<number> {
  const server = createServer(onRequest)
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject)
    server.listen(port, '127.0.0.1', resolve)
  })
  onTestFinished(async () => {
    server.closeAllConnections()
    await new Promise((resolve) => server.close(resolve))
  })
  return (server.address() as AddressInfo).port
}

/** Answers as a service's health route does. */
export function healthOf(service: string, status = 200, instance?: string): RequestListener {
  return (_, response) => {
    response.writeHead(status, { 'content-type': 'application/json' })
    response.end(JSON.stringify({ status: status === 200 ? 'ok' : 'unavailable', service, instance }))
  }
}

/** A port that was free a moment ago. */
export async function findFreePort(): Promise<number> {
  const server = createServer()
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const { port } = server.address() as AddressInfo
  await new Promise((resolve) => server.close(resolve))
  return port
}
