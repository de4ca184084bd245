import { mkdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { acmePorts, acmeRegistry, configOf } from '../acme.fixture.js'
import { findFreePort, healthOf, run, serve } from '../cli.fixture.js'
import { makeRepository } from '../repository.fixture.js'

const files = { 'package.json': configOf({ registry: 'ports.ts' }), 'ports.ts': acmeRegistry }

async function doctor(env: Record<string, string>, ...args: string[]) {
  const directory = await makeRepository(files)
  await mkdir(join(directory, 'state'))
  const state = { XDG_STATE_HOME: join(directory, 'state'), LOCALAPPDATA: join(directory, 'state') }
  const free = { SHOP_PORT: `${await findFreePort()}`, ACME_DB_PORT: `${await findFreePort()}` }
  await writeFile(join(directory, 'my.env'), 'SHPO_PORT=4000\n')
  return { free, ...(await run(['doctor', ...args], { ...state, ...free, ...env }, false, directory)) }
}

interface Result {
  readonly checks: readonly { name: string; problems: readonly { message: string; fix: string }[] }[]
}

function problemsOf(stdout: string): Record<string, string> {
  const { checks } = JSON.parse(stdout) as Result
  return Object.fromEntries(checks.flatMap(({ name, problems }) => problems.map(({ message }) => [name, message])))
}

describe('doctor', () => {
  it('shows what is wrong with its fix, and exits with 1', async () => {
    const { code, stdout, stderr } = await doctor({ SHOP_PORT: `${await serve(healthOf('bank'))}`, PORT: '80' })
    expect({ code, stderr }).toEqual({ code: 1, stderr: '' })
    expect(stdout).toMatch(/^problem {2}port-variable +PORT=80 is set/m)
    expect(stdout).toMatch(/^problem {2}ports +Port \d+ of shop is used by .+\n +Stop that program, or set SHOP_PORT/m)
    expect(stdout).toMatch(/^ok {7}elsewhere /m)
  })

  it('prints the same as JSON', async () => {
    const { code, stdout } = await doctor({ SHOP_PORT: `${await serve(healthOf('shop', 200, 'another'))}` }, '--json')
    expect(code).toBe(1)
    expect(problemsOf(stdout)).toMatchObject({ elsewhere: expect.stringContaining('another checkout') as string })
  })

  it('reads the file of variables', async () => {
    const { stdout } = await doctor({}, '--json', '--env-file', 'my.env')
    expect(problemsOf(stdout)).toMatchObject({ 'unread-variables': expect.stringContaining('SHPO_PORT in') as string })
  })

  it('works while a variable is invalid', async () => {
    const { code, stdout, stderr } = await doctor({ SHOP_PORT: 'x' }, '--json')
    expect({ code, stderr }).toEqual({ code: 1, stderr: '' })
    expect(problemsOf(stdout)['variables']).toContain('SHOP_PORT')
    const text = (await doctor({ SHOP_PORT: 'x' })).stdout
    expect(text).toMatch(/^skipped {2}ports +until the variables are valid$/m)
  })

  it('takes no slot, and leaves a machine in order alone', async () => {
    const { stdout } = await doctor({ SHOP_PORT: `${acmePorts.shop}`, CI: 'true' }, '--json')
    expect(Object.keys(problemsOf(stdout)).filter((name) => !['ephemeral-ports', 'ports'].includes(name))).toEqual([])
  })
})
