import { execFile, spawnSync } from 'node:child_process'
import { chmod, mkdir, writeFile } from 'node:fs/promises'
import { createRequire } from 'node:module'
import { join } from 'node:path'
import { promisify } from 'node:util'
import fc from 'fast-check'
import { expect, it } from 'vitest'
import { acmePorts, acmeRegistry, configOf } from '../acme.fixture.js'
import { program } from '../cli.fixture.js'
import { makeRepository } from '../repository.fixture.js'

const run = promisify(execFile)
const files = { 'package.json': configOf({ registry: 'ports.ts' }), 'ports.ts': acmeRegistry }
const odd = ['a b', '$PORT', '%PORT%', '"q"', '*', '~', '--', '--json', 'a;b', 'x&y', '(z)', '!', '']

/** Characters with a meaning for cmd or for C programs, and others. */
const characters = [
  'a',
  'b',
  ' ',
  '\\',
  '"',
  '^',
  '&',
  '|',
  '<',
  '>',
  '(',
  ')',
  '%',
  '!',
  ';',
  ',',
  '{',
  '}',
  '*',
  '?',
  '=',
  "'",
]

/** Shells in which single quotes keep an argument as it is. */
const shells = ['bash', 'fish', 'zsh'].filter((shell) => {
  const isInstalled = spawnSync(shell, ['-c', 'true']).status === 0
  if (!isInstalled && process.env['CI'] && process.platform === 'linux') throw new Error(`${shell} is missing`)
  if (!isInstalled) console.warn(`skipped: run under ${shell}, which is not installed`)
  return isInstalled
})

it.each(shells)('run passes each argument on as it is, under %s', async (shell) => {
  const directory = await makeRepository(files)
  const print = 'console.log(JSON.stringify([process.argv.slice(1), process.env.PORT]))'
  const quoted = [process.execPath, ...program, 'run', 'shop', '--', process.execPath, '-e', print, '--', ...odd]
    .map((argument) => `'${argument}'`)
    .join(' ')
  // Without quotes, {port} is the same argument in each of these shells.
  const options = { cwd: directory, env: { PATH: process.env['PATH'], HOME: directory, CI: '1' } }
  const { stdout } = await run(shell, ['-c', `${quoted} {port} --port={port}`], options)
  const port = String(acmePorts.shop)
  expect(JSON.parse(stdout)).toEqual([[...odd, port, `--port=${port}`], port])
})

it('cross-spawn, by which run starts programs, quotes for the shims of npm as cmd and C programs read', async () => {
  const directory = await makeRepository({})
  const bin = join(directory, 'node_modules/.bin')
  await mkdir(bin, { recursive: true })
  await writeFile(join(bin, 'tool.cmd'), '@node tool.js %*\r\n')
  await chmod(join(bin, 'tool.cmd'), 0o755)
  const argument = fc.oneof(fc.string({ unit: fc.constantFrom(...characters) }), fc.constantFrom(...odd))
  const lists = fc.sample(fc.array(argument, { minLength: 1, maxLength: 4 }), { numRuns: 300, seed: 1 })
  const source = `Object.defineProperty(process, 'platform', { value: 'win32' })
    const parse = require(${JSON.stringify(createRequire(import.meta.url).resolve('cross-spawn'))})._parse
    process.env.PATHEXT = '.cmd'
    const env = { PATH: process.argv[1] }
    const lists = JSON.parse(require('fs').readFileSync(0, 'utf8'))
    console.log(JSON.stringify(lists.map((list) => parse('tool', list, { env }))))`
  const { stdout } = spawnSync(process.execPath, ['-e', source, bin], {
    input: JSON.stringify(lists),
    encoding: 'utf8',
  })
  const parsed = JSON.parse(stdout) as { args: string[]; options: { windowsVerbatimArguments?: boolean } }[]
  for (const [index, { args, options }] of parsed.entries()) {
    expect(options.windowsVerbatimArguments).toBe(true)
    expect(args.slice(0, 3)).toEqual(['/d', '/s', '/c'])
    // With /s, cmd removes the outer quotes. It reads carets once, and once more in the shim, for %*.
    const line = readCarets(args[3]!.slice(1, -1))
    expect(line.startsWith('tool ')).toBe(true)
    expect(splitArguments(readCarets(line.slice('tool '.length)))).toEqual(lists[index])
  }
})

/** Returns a command line as cmd reads it outside of quotes. @throws {Error} when a character with a meaning has no caret */
function readCarets(line: string): string {
  return line.replaceAll(/\^([^])|["&|<>()%!]/g, (match, escaped?: string) => {
    if (escaped === undefined) throw new Error(`${match} has a meaning for cmd in ${line}`)
    return escaped
  })
}

/** Returns the arguments of a command line as C programs on Windows read them (the rules of CommandLineToArgvW). */
function splitArguments(line: string): string[] {
  const list: string[] = []
  let current: string | undefined
  let isQuoted = false
  for (const [, slashes = '', character = ''] of line.matchAll(/(\\*)([^\\]?)/g)) {
    if (slashes || character) current ??= character === ' ' && !slashes && !isQuoted ? undefined : ''
    if (character === '"') {
      current += '\\'.repeat(Math.floor(slashes.length / 2))
      if (slashes.length % 2 === 1) current += '"'
      else isQuoted = !isQuoted
    } else if (character === ' ' && !isQuoted) {
      if (current !== undefined || slashes) list.push(`${current ?? ''}${slashes}`)
      current = undefined
    } else if (slashes || character) {
      current += slashes + character
    }
  }
  return current === undefined ? list : [...list, current]
}
