import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { acmePorts, acmeRegistry, configOf } from './acme.fixture.js'
import { runCli } from './cli.js'
import { makeRepository } from './repository.fixture.js'

/** Prints the variable of the shop in a repository with these files, run from a directory in it. */
async function printShop(files: Record<string, string>, args: readonly string[] = [], env = {}, directory = '.') {
  const root = await makeRepository({
    'package.json': configOf({ registry: 'ports.ts' }),
    'ports.ts': acmeRegistry,
    'sub/file': '',
    ...files,
  })
  let stdout = ''
  let stderr = ''
  const code = await runCli(['env', ...args], {
    env: { XDG_STATE_HOME: join(root, 'state'), LOCALAPPDATA: join(root, 'state'), ...env },
    cwd: join(root, directory),
    isTerminal: false,
    write: (text) => (stdout += text),
    writeError: (text) => (stderr += text),
  })
  return { code, shop: /^SHOP_PORT=(\d+)$/m.exec(stdout)?.[1], stderr }
}

const registered = `${acmePorts.shop}`
const moved = '# local\nexport SHOP_PORT="8001" # mine\r\nOTHER=1\n'

describe('.env', () => {
  it.each<[what: string, ...Parameters<typeof printShop>, shop: string]>([
    ['at the root counts', { '.env': moved }, [], {}, '.', '8001'],
    ['at the root counts in each directory', { '.env': moved }, [], {}, 'sub', '8001'],
    ['in another directory does not count', { 'sub/.env': moved }, [], {}, 'sub', registered],
    ['loses to the environment', { '.env': moved }, [], { SHOP_PORT: '8002' }, '.', '8002'],
    ['loses to a blank variable, which unsets it', { '.env': moved }, [], { SHOP_PORT: '' }, '.', registered],
    ['may be missing', {}, [], {}, '.', registered],
    ['does not count with --no-env-file', { '.env': moved }, ['--no-env-file'], {}, '.', registered],
    ['gives way to --env-file', { '.env': moved, local: 'SHOP_PORT=8003' }, ['--env-file', 'local'], {}, '.', '8003'],
    [
      'is a path from the working directory',
      { 'sub/local': 'SHOP_PORT=8003' },
      ['--env-file=local'],
      {},
      'sub',
      '8003',
    ],
    ['shifts by the offset in it', { '.env': 'DRIFTOS_PORT_OFFSET=100' }, [], {}, '.', `${acmePorts.shop + 100}`],
  ])('%s', async (_, files, args, env, directory, shop) => {
    expect(await printShop(files, args, env, directory)).toEqual({ code: 0, shop, stderr: '' })
  })

  it('may be a directory, such as one of Python', async () => {
    expect(await printShop({ '.env/bin/activate': '' })).toEqual({ code: 0, shop: registered, stderr: '' })
  })

  it('is validated like the environment', async () => {
    const { code, stderr } = await printShop({ '.env': 'SHOP_PORT=x' })
    expect(code).toBe(2)
    expect(stderr).toContain('SHOP_PORT="x" is not a port')
  })

  it.each(['missing', 'sub'])('that was asked for has to be a file: %s', async (file) => {
    const { code, shop, stderr } = await printShop({}, ['--env-file', file])
    expect({ code, shop }).toEqual({ code: 2, shop: undefined })
    expect(stderr).toMatch(new RegExp(`${file}.*could not be read`))
  })
})
