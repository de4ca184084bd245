import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { existsSync, realpathSync } from 'node:fs'
import { readdir } from 'node:fs/promises'
import { createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { services } from '@driftos/ports'
import { describe, expect, it, onTestFinished } from 'vitest'
import { findMembers } from '../members.js'
import { findObstacles } from './obstacles.js'

const apps = findMembers({ DATABASE_URL: 'postgresql://localhost/mine' })

/** Returns a variable of the app with this index. */
function variableOf(index: number, suffix: 'PORT' | 'HOST' | 'URL'): string {
  return services[apps[index]!.service].variable.replace(/PORT$/, suffix)
}

describe('findObstacles', () => {
  it('finds nothing when every port is free and every variable valid', async () => {
    expect(await findObstacles([], {})).toMatchObject({ messages: [] })
  })

  it('lists invalid variables of every kind once, with exit code 2', async () => {
    const { messages, exitCode } = await findObstacles([], {
      [variableOf(0, 'PORT')]: 'abc',
      [variableOf(1, 'HOST')]: 'http://example.com',
      [variableOf(2, 'URL')]: 'ftp://example.com',
      DATABASE_URL: 'mysql://root:hunter2@example.com',
    })
    expect(exitCode).toBe(2)
    expect(messages.map((message) => message.split(' ')[0])).toEqual([
      `${variableOf(0, 'PORT')}="abc"`,
      `${variableOf(1, 'HOST')}="http://example.com"`,
      `${variableOf(2, 'URL')}="ftp://example.com"`,
      'DATABASE_URL="***@example.com"',
    ])
    expect(messages.join('\n')).not.toContain('hunter2')
  })

  it('lists an invalid offset once, and every other invalid setting', async () => {
    const { messages } = await findObstacles([], { DRIFTOS_PORT_OFFSET: '1e2', LOG_LEVEL: 'loud' })
    expect(messages.map((message) => message.split(' ')[0])).toEqual(['DRIFTOS_PORT_OFFSET="1e2"', 'LOG_LEVEL="loud"'])
  })

  it('names the process on a port in use, with exit code 1', async () => {
    const port = await takePort()
    const { messages, exitCode } = await findObstacles(apps.slice(0, 1), { [variableOf(0, 'PORT')]: String(port) })
    expect(exitCode).toBe(1)
    expect(messages).toEqual([
      expect.stringMatching(
        new RegExp(
          `^${apps[0]!.service} cannot listen on port ${port}: .*Stop that process, or set ${variableOf(0, 'PORT')}`,
        ),
      ),
    ])
  })

  it('counts each port in use once, and reports that this checkout is running', async () => {
    const ports = [await takePort(), await takePort()]
    const env = { [variableOf(0, 'PORT')]: String(ports[0]), [variableOf(1, 'PORT')]: String(ports[1]) }
    const { messages, hint } = await findObstacles(apps.slice(0, 2), env)
    expect(messages).toHaveLength(2)
    expect(hint).toBe('They all belong to this checkout: it is running already.')
  })

  it.skipIf(process.platform === 'win32')('names an offset that is free when others use the ports', async () => {
    const source = `const servers = [0, 0].map(() => require('net').createServer().listen(0, '127.0.0.1'))
      setTimeout(() => console.log(servers.map((server) => server.address().port).join()), 100)`
    const child = spawn(process.execPath, ['-e', source], { cwd: tmpdir() })
    onTestFinished(() => void child.kill('SIGKILL'))
    const [data] = (await once(child.stdout, 'data')) as [Buffer]
    const [one, other] = data.toString().trim().split(',')
    const env = { [variableOf(0, 'PORT')]: one, [variableOf(1, 'PORT')]: other, XDG_STATE_HOME: '/nonexistent' }
    const { messages, hint } = await findObstacles(apps.slice(0, 2), env)
    expect(messages).toEqual(messages.map(() => expect.stringContaining(`in ${realpathSync(tmpdir())}`) as string))
    expect(hint).toMatch(/^Set DRIFTOS_PORT_OFFSET=\d+ to start on ports that are free\.$/)
  })
})

describe('findMembers', () => {
  const namesOf = (env: Record<string, string>) => findMembers(env).map(({ service }) => service)

  it('returns each registered service with a directory in apps', async () => {
    const directories = await readdir(new URL('../../../../apps', import.meta.url))
    expect(apps.map(({ service }) => service)).toEqual(
      Object.keys(services).filter((name) => directories.includes(name)),
    )
    for (const { folder } of findMembers({})) expect(existsSync(join(folder, 'package.json'))).toBe(true)
  })

  it.skipIf(!('postgres' in services))('leaves out the embedded database when DATABASE_URL is set', () => {
    expect(namesOf({ DATABASE_URL: ' ' })).toEqual(namesOf({}))
    const without = namesOf({ DATABASE_URL: 'postgresql://localhost/mine' })
    expect(namesOf({}).filter((name) => !without.includes(name))).toEqual(['postgres'])
  })
})

function takePort(): Promise<number> {
  const server = createServer()
  onTestFinished(() => void server.close())
  return new Promise((resolve) => {
    server.listen(0, '127.0.0.1', () => resolve((server.address() as { port: number }).port))
  })
}
