import { execFile } from 'node:child_process'
import { once } from 'node:events'
import { readFile } from 'node:fs/promises'
import { promisify } from 'node:util'
import { services, type ServiceName } from '@driftos/ports'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { countPositionals } from './command-line.js'
import { commands, globalOptions } from './commands.js'
import { findFreePort, program, run, runProgram, start } from './cli.fixture.js'
import manifest from '../package.json' with { type: 'json' }

const names = Object.keys(commands)
const declarations = await Promise.all(names.map(async (name) => [name, (await commands[name]!()).command] as const))
/** Every option of every command. */
const allOptions = declarations.flatMap(([name, { options, registry }]) =>
  Object.entries({ ...options, ...(registry !== 'none' && globalOptions) }).map(
    ([option, declared]) => [name, option, declared] as const,
  ),
)
const [service] = Object.keys(services) as ServiceName[]

/** The positional arguments that a command needs at least. */
function fill(name: string): string[] {
  const { usage = '' } = declarations.find(([known]) => known === name)![1]
  return Array.from({ length: countPositionals(usage).min }, () => service!)
}

/** Runs a command line that is refused: exit code 2, nothing on the standard output; returns the message. */
async function refuse(args: readonly string[]): Promise<string> {
  const { code, stdout, stderr } = await run(args)
  expect({ code, stdout }).toEqual({ code: 2, stdout: '' })
  expect(stderr).toMatch(/\nSee driftos-ports .*--help\.\n$/)
  return stderr
}

describe('driftos-ports', () => {
  it('prints its help to the standard error and exits 2 without a command', async () => {
    const { code, stdout, stderr } = await run([])
    expect({ code, stdout }).toEqual({ code: 2, stdout: '' })
    expect(stderr).toContain('Usage: driftos-ports <command> [options]')
  })

  it.each([['--help'], ['-h'], ['help'], ['help', 'help'], ['--bogus', '--help'], ['help', '--help']])(
    'prints its help with %j %j',
    async (...args) => {
      const { code, stdout, stderr } = await run(args)
      expect({ code, stderr }).toEqual({ code: 0, stderr: '' })
      const unbroken = stdout.replaceAll(/\n {14,}/g, ' ')
      for (const [name, { summary }] of declarations) {
        expect(unbroken).toMatch(new RegExp(`^  ${name} +${summary}$`, 'm'))
      }
    },
  )

  it.each(['--version', '-v'])('prints its version with %s', async (flag) => {
    expect(await run([flag])).toEqual({ code: 0, stdout: `${manifest.version}\n`, stderr: '' })
  })

  it.each([
    ['lst', 'list'],
    ['LIST', 'list'],
    ['stauts', 'status'],
    ['stat', 'status'],
    ['evn', 'env'],
    ['completions', 'completion'],
  ])('suggests for %s the command %s', async (name, closest) => {
    expect(await refuse([name])).toMatch(`Unknown command "${name}". Did you mean ${closest}?\n`)
  })

  it.each(['nope', 'x', '', 'toString', '__proto__', 'grep', 'up', 'server'])(
    'suggests nothing for %j, which is close to no command',
    async (name) => {
      expect(await refuse([name])).toMatch(`Unknown command ${JSON.stringify(name)}.\nSee driftos-ports --help.\n`)
    },
  )

  it.each([
    [['--json'], 'Unknown option --json.'],
    [['--json', 'list'], 'Unknown option --json.'],
    [['--group', 'services', 'list'], 'Unknown option --group.'],
    [['--version=1'], '--version takes no value'],
    [['help', 'nope'], 'Unknown command "nope".'],
    [['help', 'list', 'show'], 'Unexpected argument "show"'],
    [['list', '-v'], 'Unknown option -v.'],
    [['list', '--no-env-file', '--env-file=x'], 'contradict each other'],
    [['list', '-jh0', '--'], 'Unknown option -j.'],
  ])('refuses %j', async (args, message) => {
    expect(await refuse(args)).toMatch(message)
  })

  it('accepts a global option before the command, and the command after a --', async () => {
    const list = await run(['list'])
    expect(await run(['--no-env-file', 'list'])).toEqual(list)
    expect(await run(['--', 'list'])).toEqual(list)
  })
})

describe('countPositionals', () => {
  it.each([
    ['', 0, 0],
    ['<service>', 1, 1],
    ['<bash|zsh>', 1, 1],
    ['[paths...]', 0, Infinity],
    ['<services...>', 1, Infinity],
    ['[list|free] [offset]', 0, 2],
    ['<service> -- <program> [arguments...]', 2, Infinity],
    ['<service> <port> [<service> <port> …]', 2, Infinity],
  ])('counts those of %j', (usage, min, max) => {
    expect(countPositionals(usage)).toEqual({ min, max })
  })
})

describe.each(declarations)('driftos-ports %s', (name, { usage = '', options, registry }) => {
  const { min, max } = countPositionals(usage)

  it.each([
    [[name, '--help']],
    [[name, '-h']],
    [['help', name]],
    [['--help', name]],
    [[name, ...fill(name), '--bogus', '--help']],
  ])('prints its help with %j and does nothing else', async (args) => {
    const { code, stdout, stderr } = await run(args, { [services[service!].variable]: 'invalid' })
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' })
    expect(stdout).toContain(`Usage: ${['driftos-ports', name, usage, '[options]'].filter(Boolean).join(' ')}\n`)
    for (const [option, { value = '' }] of Object.entries(options)) {
      expect(stdout).toMatch(new RegExp(`^  (?:-\\w, )?--${option} ?${value.replaceAll('|', '\\|')} `, 'm'))
    }
    for (const line of stdout.split('\n').filter((text) => !/^ {2}\S/.test(text) || text.includes('--'))) {
      expect(line.length, line).toBeLessThanOrEqual(80)
    }
  })

  it('prints its help outside a repository too', async () => {
    const { code, stdout, stderr } = await run([name, '--help'], {}, false, '/')
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' })
    expect(stdout).toContain(`Usage: driftos-ports ${name}`)
  })

  it('refuses an unknown option and suggests a close one', async () => {
    expect(await refuse([name, '--bogus'])).toMatch(/^Unknown option --bogus\.\n/)
    expect(await refuse([name, ...fill(name), '-x'])).toMatch(/^Unknown option -x\.\n/)
    for (const option of Object.keys(options).filter((text) => text.length > 3)) {
      expect(await refuse([name, ...fill(name), `--${option}x`])).toMatch(
        `Unknown option --${option}x. Did you mean --${option}?`,
      )
    }
  })

  it.skipIf(max === Infinity)('refuses one argument too many', async () => {
    const surplus = Array.from({ length: max + 1 }, (_, index) => `surplus${index}`)
    expect(await refuse([name, ...surplus])).toMatch(`Unexpected argument "${surplus.at(-1)}": expected `)
  })

  it.skipIf(min === 0)('refuses one argument too few', async () => {
    expect(await refuse([name, ...fill(name).slice(1)])).toMatch(`Missing argument: expected ${usage}, got `)
  })

  it.skipIf(registry !== 'none')('refuses the options of a registry that it does not read', async () => {
    expect(await refuse([name, ...fill(name), '--registry', 'x'])).toMatch('Unknown option --registry.')
  })

  it('declares a placeholder for each value, and a line of help without a full stop for each option', () => {
    for (const { value, choices, help } of Object.values(options)) {
      expect(help).toMatch(/^[^\n]*[^.\n]$/)
      expect(value).not.toBe('')
      if (choices) expect(value).toBeDefined()
    }
  })
})

describe('the option of', () => {
  it.each(allOptions.filter(([, , { value }]) => value === undefined))(
    '%s --%s takes no value',
    async (name, option) => {
      expect(await refuse([name, ...fill(name), `--${option}=yes`])).toMatch(`--${option} takes no value, got "yes".`)
    },
  )

  it.each(allOptions.filter(([, , { value }]) => value !== undefined))(
    '%s --%s needs a value, once',
    async (name, option, { value, multiple, choices }) => {
      expect(await refuse([name, ...fill(name), `--${option}`])).toMatch(
        `--${option} needs a value: --${option} ${value}`,
      )
      expect(await refuse([name, ...fill(name), `--${option}`, '--bogus'])).toMatch(
        `--${option} needs a value, got the option --bogus. If that is the value, write --${option}=--bogus.`,
      )
      if (multiple) return
      const [one = 'a', two = 'b'] = choices ?? []
      expect(await refuse([name, ...fill(name), `--${option}`, one, `--${option}=${two}`])).toMatch(
        `--${option} is set twice: "${one}" and "${two}".`,
      )
    },
  )

  it.each(allOptions.filter(([, , { choices }]) => choices))(
    '%s --%s accepts only its choices',
    async (name, option, { choices }) => {
      for (const wrong of ['nope', '', 'toString', `${choices![0]}x`]) {
        expect(await refuse([name, ...fill(name), `--${option}=${wrong}`])).toMatch(
          `--${option}: expected ${choices!.join(', ')}`,
        )
      }
      const { stdout } = await run([name, '--help'])
      for (const choice of choices!) expect(stdout).toContain(choice)
    },
  )
})

describe('--json of', () => {
  const queries = [['list'], ['show', service!], ['status', service!], ['wait', service!, '--timeout', '0.1'], ['env']]

  it.each(queries)('%s prints JSON, without colors, and nothing else', async (...args) => {
    const { stdout } = await run([...args, '--json'], { FORCE_COLOR: '1' }, true)
    expect(JSON.parse(stdout)).toBeTypeOf('object')
    expect(stdout).not.toContain('\u001B[')
  })

  it.each(queries)('%s prints an error as text to the standard error', async (...args) => {
    const { code, stdout, stderr } = await run([...args, '--json'], { [services[service!].variable]: 'invalid' })
    expect({ code, stdout }).toEqual({ code: 2, stdout: '' })
    expect(stderr).toContain(services[service!].variable)
  })
})

describe('any command line', () => {
  const words = [
    'list,show,env,help,completion,bash,--,-,-h,--help,-v,--version,--json,--format,--format=,--offset,-1,=',
    '--registry,--env-file,--no-env-file,--group,-hv,--__proto__,--constructor,__proto__,',
  ].flatMap((line) => line.split(','))

  it('exits 0, 1 or 2, and explains on the standard error why it exits 2', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.oneof(fc.constantFrom(service!, ...words), fc.string({ maxLength: 6 })), { maxLength: 5 }),
        async (args) => {
          const { code, stdout, stderr } = await run(args)
          expect([0, 1, 2]).toContain(code)
          if (code === 2) expect({ stdout, hasError: stderr.length > 0 }).toEqual({ stdout: '', hasError: true })
          else expect(stderr).toBe('')
        },
      ),
      { numRuns: 500 },
    )
  })
})

describe('colors', () => {
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
    ['NO_COLOR with FORCE_COLOR', { NO_COLOR: '1', FORCE_COLOR: '1' }, true, false],
    ['a dumb terminal', { TERM: 'dumb' }, true, false],
  ])('follow %s', async (_, env, isTerminal, isColored) => {
    const { stdout } = await run(['list'], env, isTerminal)
    expect(stdout.includes(escape)).toBe(isColored)
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

describe('the real program', () => {
  it('exits 2 for wrong usage and for wrong configuration, without a stack trace', async () => {
    expect(await runProgram(['lst'])).toMatchObject({ code: 2, stdout: '' })
    const { variable } = services[service!]
    const { code, stdout, stderr } = await runProgram(['env'], { [variable]: 'x' })
    expect({ code, stdout }).toEqual({ code: 2, stdout: '' })
    expect(stderr).toMatch(new RegExp(`^${variable}="x" .*\n$`))
  })

  const shell = process.platform === 'win32' ? undefined : 'sh'

  async function runLine(line: string) {
    const child = execFile(shell!, ['-c', line, process.execPath, ...program])
    let stderr = ''
    child.stderr!.on('data', (chunk: string) => (stderr += chunk))
    const code = await new Promise((resolve) => child.once('close', resolve))
    return { code, stderr }
  }

  it.runIf(shell).each([
    ['list', 'true'],
    ['list --json', 'head -1'],
    ['lst 2>&1', 'true'],
  ])('is silent when the reader of %s is %s', async (args, reader) => {
    const { stderr } = await promisify(execFile)(shell!, [
      '-c',
      `"$0" "$@" ${args} | ${reader}`,
      process.execPath,
      ...program,
    ])
    expect(stderr).toBe('')
  })

  it.runIf(process.platform === 'linux').each(['list', 'list --json', 'help', '--version', 'completion bash'])(
    'reports a full disk when it writes the output of %s',
    async (args) => {
      expect(await runLine(`"$0" "$@" ${args} > /dev/full`)).toEqual({
        code: 2,
        stderr: expect.stringMatching(/^Cannot write the output: .*no space left.*\n$/) as string,
      })
    },
  )

  it.runIf(process.platform === 'linux')('exits 2 when it cannot write its errors either', async () => {
    expect(await runLine(`"$0" "$@" lst 2> /dev/full`)).toEqual({ code: 2, stderr: '' })
  })

  it.runIf(shell)('names the Node.js that it needs, which is that of the package', async () => {
    const old = `Object.defineProperty(process, 'versions', { value: { ...process.versions, node: '20.18.3' } })`
    const preload = `--import=data:text/javascript,${encodeURIComponent(old)}`
    const { code, stdout, stderr } = await runProgram(['list'], { NODE_OPTIONS: preload })
    const [, minimum] = /^>=(.+)$/.exec(manifest.engines.node)!
    expect({ code, stdout }).toEqual({ code: 2, stdout: '' })
    expect(stderr).toBe(`driftos-ports needs Node.js ${minimum} or newer; this is Node.js 20.18.3.\n`)
  })

  it.runIf(shell).each(['SIGINT', 'SIGTERM'] as const)('ends by %s while it waits, without a word', async (signal) => {
    const child = start(['wait', service!, '--timeout', '30'], {
      [services[service!].variable]: `${await findFreePort()}`,
    })
    let stderr = ''
    child.stderr.on('data', (chunk: Buffer) => (stderr += chunk.toString()))
    await once(child.stderr, 'data')
    child.kill(signal)
    expect(await once(child, 'close')).toEqual([null, signal])
    expect(stderr).toMatch(/^Waiting for .*\n$/)
  })
})

describe('README.md', () => {
  it('lists every command, with options that it has', async () => {
    const readme = await readFile(new URL('../README.md', import.meta.url), 'utf8')
    const [, table] = /^## Commands\n([^]*?)^## /m.exec(readme)!
    const rows = [...table!.matchAll(/^\| (`.*?`) \| /gm)].map(([, cell]) => cell!)
    const listed = rows.flatMap((cell) => [...cell.matchAll(/`(\w+)/g)].map(([, name]) => name!))
    expect(listed.toSorted()).toEqual(names.toSorted())
    for (const cell of rows) {
      const { options } = declarations.find(([name]) => cell.startsWith(`\`${name}`))![1]
      for (const [, option] of cell.matchAll(/--([a-z-]+)/g)) expect(Object.keys(options), cell).toContain(option)
    }
  })
})
