import { execFile } from 'node:child_process'
import { readFile } from 'node:fs/promises'
import { promisify } from 'node:util'
import { findService, history, PORTS } from '@driftos/ports'
import { describe, expect, it } from 'vitest'
import { program, run, runProgram } from './cli.fixture.js'
import manifest from '../package.json' with { type: 'json' }

const commands = ['list', 'show', 'status', 'wait', 'env', 'sync', 'move', 'add', 'retire', 'diff']

describe('driftos-ports', () => {
  it('prints its help and fails without a command', async () => {
    const { code, stdout, stderr } = await run([])
    expect({ code, stdout }).toEqual({ code: 2, stdout: '' })
    expect(stderr).toContain('Usage: driftos-ports <command> [options]')
  })

  it.each(['--help', '-h', 'help'])('prints its help for %s', async (name) => {
    const { code, stdout, stderr } = await run([name])
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' })
    for (const command of commands) expect(stdout).toMatch(new RegExp(`^  ${command} `, 'm'))
  })

  it('prints its version', async () => {
    expect(await run(['--version'])).toEqual({ code: 0, stdout: `${manifest.version}\n`, stderr: '' })
  })

  it.each([
    ['lst', 'list'],
    ['stauts', 'status'],
    ['evn', 'env'],
  ])('names the nearest command to %s', async (name, nearest) => {
    expect(await run([name])).toEqual({
      code: 2,
      stdout: '',
      stderr: `There is no command "${name}"; did you mean ${nearest}?\nSee driftos-ports --help.\n`,
    })
  })

  it.each(['toString', '__proto__', '', '--json'])('has no command %j', async (name) => {
    const { code, stdout, stderr } = await run([name])
    expect({ code, stdout }).toEqual({ code: 2, stdout: '' })
    expect(stderr).toContain(`There is no command ${JSON.stringify(name)}`)
    expect(stderr).toContain('See driftos-ports --help.')
  })
})

describe.each(commands)('driftos-ports %s', (command) => {
  it.each(['--help', '-h'])('prints its help for %s and does nothing else', async (flag) => {
    const { code, stdout, stderr } = await run([command, flag], { CORE_PORT: 'invalid' })
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' })
    expect(stdout).toContain(`Usage: driftos-ports ${command} `)
    for (const line of stdout.split('\n')) expect(line.length).toBeLessThanOrEqual(105)
  })

  it('refuses an unknown option', async () => {
    const { code, stdout, stderr } = await run([command, '--bogus'])
    expect({ code, stdout }).toEqual({ code: 2, stdout: '' })
    expect(stderr).toContain('There is no option --bogus; did you mean --')
    expect(stderr).toContain(`See driftos-ports ${command} --help.`)
  })

  it('refuses a value for a flag', async () => {
    expect(await run([command, '--json=yes'])).toMatchObject({ code: 2, stdout: '' })
  })
})

describe('colours', () => {
  const escape = '\u001B['

  it.each([
    ['a terminal', {}, true, true],
    ['no terminal', {}, false, false],
    ['no terminal of a build server', { CI: 'true' }, false, false],
    ['FORCE_COLOR', { FORCE_COLOR: '1' }, false, true],
    ['FORCE_COLOR=0', { FORCE_COLOR: '0' }, true, false],
    ['a blank FORCE_COLOR', { FORCE_COLOR: '' }, false, false],
    ['NO_COLOR', { NO_COLOR: '1' }, true, false],
    ['a blank NO_COLOR', { NO_COLOR: '' }, true, true],
    ['NO_COLOR beside FORCE_COLOR', { NO_COLOR: '1', FORCE_COLOR: '1' }, true, false],
    ['a dumb terminal', { TERM: 'dumb' }, true, false],
  ])('follow %s', async (_, env, isTerminal, isColored) => {
    const { stdout } = await run(['list'], env, isTerminal)
    expect(stdout.includes(escape)).toBe(isColored)
  })

  it.each([['list'], ['show', 'core'], ['env']])('are never in the JSON of %s', async (...args) => {
    const { stdout } = await run([...args, '--json'], { FORCE_COLOR: '1' }, true)
    expect(stdout).not.toContain(escape)
  })

  it.each([
    [{ FORCE_COLOR: '1' }, true],
    [{ NO_COLOR: '1' }, false],
    [{ CI: '1' }, false],
  ])('of the real program follow %j', async (env, isColored) => {
    const { code, stdout } = await runProgram(['list'], env)
    expect(code).toBe(0)
    expect(stdout.includes(escape)).toBe(isColored)
  })
})

describe('README.md', () => {
  it('shows what the commands print', async () => {
    const readme = await readFile(new URL('../README.md', import.meta.url), 'utf8')
    const list = await run(['list', '--group', 'coreSupport'], { GRAFANA_PORT: '4110' })
    expect(readme).toContain(`driftos-ports list --group coreSupport\n${list.stdout}`)
    const retired = history.map(({ from }) => from).find((port) => findService(port)?.status === 'retired')
    const show = await run(['show', `${retired}`])
    expect(readme).toContain(`driftos-ports show ${retired}\n${show.stdout}`)
  })
})

describe('the real program', () => {
  it('exits 2 for wrong usage and for wrong configuration, without a stack trace', async () => {
    expect(await runProgram(['lst'])).toMatchObject({ code: 2, stdout: '' })
    expect(await runProgram(['env'], { CORE_PORT: 'x' })).toEqual({
      code: 2,
      stdout: '',
      stderr: `CORE_PORT="x" is not a port: set a number from 1 to 65535, such as ${PORTS.core}, or unset it\n`,
    })
  })

  it.skipIf(process.platform === 'win32').each([
    ['list', 'true'],
    ['list --json', 'head -1'],
    ['lst 2>&1', 'true'],
  ])('stops in silence when the reader of %s is %s', async (args, reader) => {
    const line = `"$0" "$@" ${args} | ${reader}`
    const { stderr } = await promisify(execFile)('sh', ['-c', line, process.execPath, ...program])
    expect(stderr).toBe('')
  })
})
