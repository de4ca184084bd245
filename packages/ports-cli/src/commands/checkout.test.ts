import { mkdir } from 'node:fs/promises'
import { join } from 'node:path'
import { findCheckout } from '@driftos/ports/checkout'
import { beforeEach, describe, expect, it } from 'vitest'
import { acmeRegistry, acmePorts, configOf } from '../acme.fixture.js'
import { findFreePort, healthOf, program, run, serve } from '../cli.fixture.js'
import { makeRepository } from '../repository.fixture.js'
import { execFile } from 'node:child_process'

const files = { 'package.json': configOf({ registry: 'ports.ts' }), 'ports.ts': acmeRegistry }

/** Two checkouts of one repository, and the environment of one user. */
let first: string
let second: string
let env: Record<string, string>

beforeEach(async () => {
  ;[first, second] = [await makeRepository(files), await makeRepository(files)]
  env = { XDG_STATE_HOME: join(first, 'state'), LOCALAPPDATA: join(first, 'state') }
  await mkdir(env['XDG_STATE_HOME']!)
})

function at(directory: string, ...args: string[]) {
  return run(args, env, false, directory)
}

async function runAs(directory: string, more: Record<string, string>, ...args: string[]): Promise<string> {
  return (await run(args, { ...env, ...more }, false, directory)).stdout
}

async function shopAt(directory: string): Promise<string | undefined> {
  return /^SHOP_PORT=(\d+)$/m.exec((await at(directory, 'env')).stdout)?.[1]
}

describe('slot', () => {
  it('keeps the ports of the first checkout and moves those of the second, for every command', async () => {
    expect(await at(first, 'slot')).toMatchObject({ code: 0, stdout: expect.stringMatching(/^Slot 0: /) })
    expect(await at(second, 'slot')).toMatchObject({ code: 0, stdout: expect.stringMatching(/^Slot 100: /) })
    expect([await shopAt(first), await shopAt(second)]).toEqual([`${acmePorts.shop}`, `${acmePorts.shop + 100}`])
    expect((await at(second, 'list')).stdout).toContain(`  ${acmePorts.shop + 100}   shop `)
    for (const command of [['list'], ['show', 'shop'], ['show', `${acmePorts.shop + 100}`]]) {
      expect((await at(second, ...command)).stdout).toMatch(/moved from \d+ by slot 100|^slot 100 puts shop on port /m)
    }
    expect(await runAs(second, { DRIFTOS_PORT_OFFSET: '100' }, 'list')).toContain('by DRIFTOS_PORT_OFFSET')
    expect(await at(second, 'slot', '--json')).toMatchObject({
      stdout: `${JSON.stringify({ root: findCheckout(second)!.root, source: 'slot', offset: 100 }, null, 2)}\n`,
    })
  })

  it('takes no slot for a command that only reads', async () => {
    await at(first, 'list')
    expect((await at(first, 'slot', 'list')).stdout).toBe('No checkout has a slot.\n')
  })

  it('is that of the working directory, also with the registry of another repository', async () => {
    const { stdout } = await at(first, 'slot', '--json', '--registry', join(second, 'ports.ts'))
    expect(JSON.parse(stdout)).toMatchObject({ root: findCheckout(first)!.root })
  })

  it('lists, frees and takes slots', async () => {
    await at(first, 'slot')
    await at(second, 'slot')
    const roots = [first, second].map((root) => findCheckout(root)!.root)
    const { stdout } = await at(first, 'slot', 'list')
    expect(stdout).toMatch(new RegExp(`^0 +${roots[0]}.*\n100 +${roots[1]}.*\n$`))
    expect(await at(first, 'slot', 'free')).toMatchObject({ code: 0, stdout: 'Freed slot 0.\n' })
    expect(await at(first, 'slot', 'free')).toMatchObject({ code: 0, stdout: 'This checkout has no slot.\n' })
    expect(await at(first, 'slot', 'take', '200')).toMatchObject({ code: 0 })
    expect(await shopAt(first)).toBe(`${acmePorts.shop + 200}`)
    expect(await at(first, 'slot', 'free', second)).toMatchObject({ stdout: 'Freed slot 100.\n' })
  })

  it('gives way to DRIFTOS_PORT_OFFSET and to CI', async () => {
    await at(first, 'slot')
    await at(second, 'slot')
    env = { ...env, DRIFTOS_PORT_OFFSET: '300' }
    expect(await shopAt(second)).toBe(`${acmePorts.shop + 300}`)
    env = { ...env, DRIFTOS_PORT_OFFSET: '', CI: 'true' }
    expect(await shopAt(second)).toBe(`${acmePorts.shop}`)
  })

  it.each([
    [['nope'], 'Unknown action "nope"'],
    [['take'], 'expected an offset'],
    [['take', 'x'], 'expected an offset'],
    [['take', '99999'], ''],
    [['list', 'x'], 'Unexpected argument "x"'],
  ])('refuses %j', async (args, message) => {
    const { code, stdout, stderr } = await at(first, 'slot', ...args)
    expect({ code, stdout }).toEqual({ code: 2, stdout: '' })
    expect(stderr).toContain(message)
    expect(stderr).not.toContain('    at ')
  })
})

describe('status and wait', () => {
  it('do not accept the right service of another checkout', async () => {
    env = { ...env, SHOP_PORT: `${await serve(healthOf('shop', 200, findCheckout(second)!.instance))}` }
    const { code, stdout } = await at(first, 'status', 'shop', '--json')
    expect(code).toBe(1)
    expect(JSON.parse(stdout)).toMatchObject({ services: [{ state: 'elsewhere', holder: { cwd: process.cwd() } }] })
    expect(await at(first, 'wait', 'shop', '--timeout', '0.2')).toMatchObject({ code: 1 })
    expect(await at(second, 'status', 'shop')).toMatchObject({ code: 0 })
    expect(await at(second, 'wait', 'shop', '--timeout', '5')).toMatchObject({ code: 0 })
  })
})

describe('run', () => {
  async function runAt(directory: string, ...args: string[]) {
    let [stdout, stderr] = ['', '']
    const child = execFile(process.execPath, [...program, 'run', ...args], {
      cwd: directory,
      env: { PATH: process.env['PATH'], ...env },
    })
    child.stdout!.on('data', (chunk: string) => (stdout += chunk))
    child.stderr!.on('data', (chunk: string) => (stderr += chunk))
    const code = await new Promise((resolve) => child.once('close', resolve))
    return { code, stdout, stderr }
  }
  const print = 'console.log(JSON.stringify([process.argv.slice(1), process.env]))'

  it('gives the port in {port}, PORT and the variables, and each argument as it is', async () => {
    const port = await findFreePort()
    env = { ...env, SHOP_PORT: `${port}` }
    const odd = ['a b', '$PORT', '"q"', "'", '*', '--', '--json', '%PATH%', '']
    const { code, stdout } = await runAt(first, 'shop', '--', process.execPath, '-e', print, '--', 'p={port}', ...odd)
    expect(code).toBe(0)
    const [args, variables] = JSON.parse(stdout) as [string[], Record<string, string>]
    expect(args).toEqual([`p=${port}`, ...odd])
    expect(variables).toMatchObject({
      PORT: `${port}`,
      SHOP_PORT: `${port}`,
      SHOP_URL: `http://localhost:${port}`,
      ACME_DB_PORT: `${acmePorts.database}`,
    })
  })

  it.each([0, 1, 7, 200])('exits with the code %i of the program', async (code) => {
    expect(await runAt(first, 'shop', '--', process.execPath, '-e', `process.exit(${code})`)).toMatchObject({ code })
  })

  it.skipIf(process.platform === 'win32')('exits as a shell does for a program that a signal ends', async () => {
    const kill = 'process.kill(process.pid, "SIGTERM"); setTimeout(() => {}, 9999)'
    expect(await runAt(first, 'shop', '--', process.execPath, '-e', kill)).toMatchObject({ code: 143 })
  })

  it('refuses a program that does not exist, and a service that is unknown', async () => {
    const missing = await runAt(first, 'shop', '--', 'no-such-program')
    expect(missing).toMatchObject({ code: 2, stderr: expect.stringContaining('Command not found: no-such-program') })
    expect(await runAt(first, 'nope', '--', 'true')).toMatchObject({ code: 2 })
  })
})
