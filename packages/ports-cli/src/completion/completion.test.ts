import { spawnSync } from 'node:child_process'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { delimiter, join } from 'node:path'
import { ranges, services } from '@driftos/ports'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { commands } from '../commands.js'
import { program, run } from '../cli.fixture.js'
import { scripts } from './scripts.js'

const serviceNames = Object.keys(services)
const commandNames = [...Object.keys(commands), 'help']
const envFormats = (await commands['env']!()).command.options['format']!.choices!
const [service] = serviceNames
const [sharedPrefix, sharing] = longestShared(serviceNames)

/** Command lines, the last word of which is completed, and what completes it. */
const cases: [words: string[], expected: readonly string[]][] = [
  [[''], commandNames],
  [['sh'], ['show']],
  [['help', 'sta'], ['status']],
  [['show', ''], serviceNames],
  [['show', sharedPrefix], sharing],
  [['status', service!, ''], serviceNames.slice(1)],
  [['show', service!, ''], []],
  [['list', ''], []],
  [['list', '--group', ''], Object.keys(ranges)],
  [['list', '--gr'], ['--group']],
  [['list', '--json', '--js'], []],
  [['env', '--format', ''], envFormats],
  [['env', '--format', 'js'], ['json']],
  [['move', service!, ''], []],
  [['completion', ''], Object.keys(scripts)],
  [['nope', ''], []],
  [['show', '--', sharedPrefix], sharing],
]

/** The services whose names begin like that of another. */
function longestShared(names: readonly string[]): [prefix: string, names: string[]] {
  const prefix = names.find((name) => names.some((other) => other !== name && other.startsWith(name)))!
  return [prefix, names.filter((name) => name.startsWith(prefix))]
}

async function complete(...words: string[]) {
  const { code, stdout, stderr } = await run(['__complete', `${words.length}`, ...words])
  expect({ code, stderr }).toEqual({ code: 0, stderr: '' })
  return stdout.split('\n').filter(Boolean)
}

describe('completion', () => {
  it.each(cases)('of %j gives the candidates', async (words, expected) => {
    const candidates = (await complete(...words)).map((line) => line.split('\t')[0])
    expect(candidates).toEqual(expected)
  })

  it.each(Object.keys(commands))('of the options of %s describes each', async (name) => {
    const { options } = (await commands[name]!()).command
    const lines = await complete(name, '--')
    for (const [option, { help }] of Object.entries(options)) expect(lines).toContain(`--${option}\t${help}`)
  })

  it('of a value after = repeats the option, unless the shell splits the word as bash does', async () => {
    expect(await complete('env', '--format=js')).toEqual(['--format=json'])
    expect(await complete('env', '--format', '=', 'js')).toEqual(['json'])
    expect(await complete('env', '--format', '=')).toEqual(envFormats)
  })

  it('of a path is left to the shell', async () => {
    expect(await complete('check', 'pa')).toEqual([':files'])
    expect(await complete('list', '--env-file', '')).toEqual([':files'])
  })

  it('of a word that the shell leaves out is that of an empty one', async () => {
    const { stdout } = await run(['__complete', '2', 'show'])
    expect(stdout).toBe((await run(['__complete', '2', 'show', ''])).stdout)
  })

  it.each([[[]], [['x']], [['-1', 'list']], [['2', 'list', '--group', '__proto__']], [['3', 'env', '--constructor=']]])(
    'of %j gives nothing and no error',
    async (args) => {
      expect(await run(['__complete', ...args])).toMatchObject({ code: 0, stderr: '' })
    },
  )

  it('of a service is empty without a registry', async () => {
    expect(await run(['__complete', '2', 'show', ''], {}, false, '/')).toMatchObject({ code: 0, stderr: '' })
  })

  it.each(['nope', 'tcsh', '', 'toString'])('refuses the shell %j', async (shell) => {
    const { code, stdout, stderr } = await run(['completion', shell])
    expect({ code, stdout }).toEqual({ code: 2, stdout: '' })
    expect(stderr).toContain(`Unknown shell ${JSON.stringify(shell)}: expected ${Object.keys(scripts).join(', ')}.`)
  })
})

/** A directory with a `driftos-ports` on the PATH. */
let bin: string
beforeAll(async () => {
  bin = await mkdtemp(join(tmpdir(), 'driftos-completion-'))
  const command = [process.execPath, ...program].map((word) => `'${word}'`).join(' ')
  await writeFile(join(bin, 'driftos-ports'), `#!/bin/sh\nexec ${command} "$@"\n`, { mode: 0o755 })
})
afterAll(() => rm(bin, { recursive: true, force: true }))

/** What each shell does to complete words by a script: one candidate a line. */
const runs: Record<'bash' | 'zsh' | 'fish', (script: string, words: readonly string[]) => string[]> = {
  bash: (script, words) => [
    '-c',
    `eval "$1"; shift
     COMP_WORDS=(driftos-ports "$@") COMP_CWORD=$# COMP_LINE="driftos-ports $*" COMP_POINT=\${#COMP_LINE}
     _driftos_ports && printf '%s\\n' "\${COMPREPLY[@]}"`,
    'bash',
    script,
    ...words,
  ],
  // The builtins of zsh's completion run only in its line editor.
  zsh: (script, words) => [
    '-fc',
    `compdef() { [[ $2 == driftos-ports ]] || exit 3 }
     _describe() { print -rl -- "\${(@)\${(P@)3}%%:*}" }
     _files() { print -r -- :files }
     eval "$1"; shift
     words=(driftos-ports "$@") CURRENT=$(( $# + 1 ))
     _driftos_ports`,
    'zsh',
    script,
    ...words,
  ],
  fish: (script, words) => ['-N', '-c', `${script}\ncomplete '--do-complete=${['driftos-ports', ...words].join(' ')}'`],
}

describe.each(Object.entries(runs))('the script for %s', (shell, build) => {
  const isInstalled = spawnSync(shell, ['-c', 'true']).status === 0
  if (!isInstalled && !process.env['CI']) console.warn(`${shell} is not installed: its completion is not tested`)

  it.runIf(isInstalled || process.env['CI']).each<[words: string[], expected: readonly string[]]>([
    [['sh'], ['show']],
    [['show', sharedPrefix], sharing],
    [['status', service!, ''], serviceNames.slice(1)],
    [['env', '--format', 'js'], ['json']],
  ])('completes %j', async (words, expected) => {
    const { stdout: script } = await run(['completion', shell])
    const env = { ...process.env, PATH: `${bin}${delimiter}${process.env['PATH']}` }
    const { stdout, stderr } = spawnSync(shell, build(script, words), { env, encoding: 'utf8' })
    const lines = stdout.split('\n').filter(Boolean)
    expect({ stderr, candidates: lines.map((line) => line.split('\t')[0]) }).toEqual({
      stderr: '',
      candidates: expected,
    })
  })
})

describe('the script for PowerShell', () => {
  // PowerShell is not in the Debian packages that CI installs, so only the parts of the script are checked.
  it('registers a completer that passes the word number and the words, and is balanced', async () => {
    const { stdout } = await run(['completion', 'powershell'])
    expect(stdout).toMatch(/^Register-ArgumentCompleter -Native -CommandName driftos-ports -ScriptBlock \{\n/)
    expect(stdout).toContain('param($wordToComplete, $commandAst, $cursorPosition)')
    expect(stdout).toContain(' __complete $number @words ')
    for (const [opening, closing] of ['()', '{}', '[]']) {
      expect(stdout.split(opening!).length).toBe(stdout.split(closing!).length)
    }
    const assigned = new Set(['_', 'null', 'wordToComplete', 'commandAst', 'cursorPosition'])
    for (const [, names = ''] of stdout.matchAll(/^\s*((?:\$\w+(?:, )?)+) = /gm))
      for (const name of names.split(', ')) assigned.add(name.slice(1))
    for (const [, name = ''] of stdout.matchAll(/[$@](\w+)/g)) expect(assigned).toContain(name)
  })
})
