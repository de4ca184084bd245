import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { createServer, type Server } from 'node:http'
import { mkdir, rm, utimes, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { text } from 'node:stream/consumers'
import { fileURLToPath } from 'node:url'
import { connectControl, findRunningStacks, type StackControl } from '../packages/control/src/index.js'
import { services } from '@driftos/ports'
import { findCheckout } from '@driftos/ports/checkout'
import { findHolders, isPortOpen } from '@driftos/ports/probe'
import { describe, expect, it, onTestFinished } from 'vitest'
import { isAlive } from '../packages/stack/src/ancestors.js'
import { findFreeOffset, portAt } from './free-offset.js'
import { startStack } from './stack-process.js'

const root = fileURLToPath(new URL('..', import.meta.url))
const apps = ['gateway', 'core', 'embed', 'website', 'demo'] as const
const members = ['postgres', ...apps] as const
const deadDatabase = 'postgresql://localhost:1/none'

/** The processes of a start by npx. */
interface Chain {
  readonly npx: number
  readonly stack: number
}

// A first start of the embedded database takes seconds.
describe('pnpm start', () => {
  it('starts every service on its port and routes requests through the gateway to core and embed', async () => {
    const offset = await findFreeOffset()
    const stack = start('start', offset)
    await stack.sees('DriftOS is running')

    for (const app of apps) {
      expect(await getJson(`http://localhost:${portAt(app, offset)}/health`)).toMatchObject({
        status: 'ok',
        service: app,
      })
    }
    const gateway = `http://localhost:${portAt('gateway', offset)}`
    expect(await getJson(`${gateway}/health/services`)).toMatchObject({
      services: [
        { service: 'core', state: 'up', port: portAt('core', offset) },
        { service: 'embed', state: 'up', port: portAt('embed', offset) },
      ],
    })
    expect(await getJson(`${gateway}/api/v1/nothing`)).toMatchObject({
      error: { message: 'core does not serve GET /api/v1/nothing' },
    })
    expect(await getJson(`${gateway}/api/v1/embed/nothing`)).toMatchObject({
      error: { message: 'embed does not serve GET /api/v1/nothing' },
    })
    expect(await getJson(`http://localhost:${portAt('core', offset)}/ready`)).toMatchObject({ status: 'ready' })

    stack.signalGroup('SIGINT')
    expect(await stack.exitCode).toBe(0)
    await expectAllClosed(offset)
  })

  it('starts a second, complete stack next to the first, with a separate database', async () => {
    const offsets = [await findFreeOffset(), await findFreeOffset()]
    const stacks = offsets.map((offset) => start('start', offset))
    await Promise.all(stacks.map((stack) => stack.sees('DriftOS is running')))
    for (const [index, offset] of offsets.entries()) {
      expect(stacks[index]!.output()).toContain(`postgres-${portAt('postgres', offset)}`)
      expect(await getJson(`http://localhost:${portAt('gateway', offset)}/health/services`)).toMatchObject({
        services: [{ port: portAt('core', offset) }, { port: portAt('embed', offset) }],
      })
    }
    for (const stack of stacks) stack.signalGroup('SIGTERM')
    expect(await Promise.all(stacks.map(({ exitCode }) => exitCode))).toEqual([0, 0])
  })

  it('moves core and everything that reaches it with its variable', async () => {
    const offset = await findFreeOffset()
    const moved = portAt('core', offset) + 1000
    const stack = start('start', offset, { [services.core.variable]: String(moved) })
    await stack.sees('DriftOS is running')
    expect(await getJson(`http://localhost:${moved}/health`)).toMatchObject({ service: 'core' })
    expect(await isPortOpen(portAt('core', offset))).toBe(false)
    expect(await getJson(`http://localhost:${portAt('gateway', offset)}/health/services`)).toMatchObject({
      services: [{ service: 'core', port: moved, state: 'up' }, {}],
    })
    expect(await getJson(`http://localhost:${portAt('website', offset)}/api/ports`)).toContainEqual({
      service: 'core',
      port: moved,
      origin: `http://localhost:${moved}`,
    })
  })

  it('ignores PORT with a notice, and lists the services that are not ready while the database is down', async () => {
    const offset = await findFreeOffset()
    const stack = start('start', offset, { PORT: '8080', DATABASE_URL: deadDatabase })
    await stack.sees('Not ready: core, embed.')
    expect(stack.output()).toContain('PORT="8080" is ignored')
    expect(stack.output()).toMatch(/core .*not ready: .*database/)
    expect(stack.output()).toMatch(/gateway .* ready in/)
    expect(stack.output()).not.toContain('DriftOS is running')
    stack.child.kill('SIGTERM')
    expect(await stack.exitCode).toBe(0)
  })

  it('stops everything when only the stack itself gets a signal', async () => {
    const offset = await findFreeOffset()
    const stack = start('start', offset)
    await stack.sees('DriftOS is running')
    stack.child.kill('SIGTERM')
    expect(await stack.exitCode).toBe(0)
    await expectAllClosed(offset)
  })

  it('keeps the others running when one service cannot start, and shows its error', async () => {
    const offset = await findFreeOffset()
    const dataFolder = databaseFolder(offset)
    await mkdir(fileURLToPath(new URL('../.driftos', import.meta.url)), { recursive: true })
    await writeFile(dataFolder, 'a file instead of the database directory')
    const stack = start('start', offset)
    await stack.sees('Not ready: postgres')
    expect(stack.output()).toMatch(/postgres \| .*EEXIST/)
    expect(stack.output()).toContain('postgres ended with exit code 1; restarting (1 of 5)')
    expect(await getJson(`http://localhost:${portAt('demo', offset)}/health`)).toMatchObject({ service: 'demo' })
  })

  it('restarts a killed service, and shows it by the control socket, which also restarts, follows and stops', async () => {
    const offset = await findFreeOffset()
    const stack = start('start', offset, { DATABASE_URL: deadDatabase })
    await stack.sees('Not ready: core, embed.')
    const control = await controlOf(offset)
    const statusOf = async (name: string) => (await control.status()).services.find(({ service }) => service === name)!
    const before = await statusOf('website')
    expect(before).toMatchObject({ state: 'ready', port: portAt('website', offset), restarts: 0, lastExit: null })
    expect(await pidOn(portAt('website', offset))).toBe(before.pid)
    expect(await statusOf('core')).toMatchObject({ state: 'starting', note: expect.stringContaining('database') })

    process.kill(before.pid!, 'SIGKILL')
    await stack.sees('website ended with SIGKILL; restarting (1 of 5)')
    await expect
      .poll(() => statusOf('website'))
      .toMatchObject({ state: 'ready', restarts: 1, lastExit: { signal: 'SIGKILL', reason: 'SIGKILL' } })

    const restarted = (await statusOf('website')).pid!
    await control.restart('website')
    await expect.poll(() => isAlive(restarted)).toBe(false)
    await expect.poll(() => statusOf('website')).toMatchObject({ state: 'ready', restarts: 1 })

    const lines = []
    for await (const line of control.logs({ service: 'website', lines: 1000 }))
      lines.push(`${line.source}: ${line.text}`)
    expect(lines).toContain('stack: website ended with SIGKILL; restarting (1 of 5)')

    const second = startStack('start', { DRIFTOS_PORT_OFFSET: offset, DATABASE_URL: deadDatabase })
    expect(await second.exitCode).toBe(1)
    expect(second.output()).toContain('DriftOS runs already in this checkout')

    await control.stop()
    expect(await stack.exitCode).toBe(0)
    await expectAllClosed(offset)
    await expect(control.status()).rejects.toMatchObject({ code: 'UNREACHABLE' })
  })

  it('stops the services before the database', async () => {
    const offset = await findFreeOffset()
    const stack = start('start', offset, { LOG_LEVEL: 'info' })
    await stack.sees('DriftOS is running')
    stack.signalGroup('SIGINT')
    expect(await stack.exitCode).toBe(0)
    const output = stack.output()
    const database = output.search(/postgres .*SIGTERM received/)
    expect(database).toBeGreaterThan(0)
    for (const app of apps) {
      const own = output.search(new RegExp(`${app} .*SIGTERM received`))
      expect(own, app).toBeGreaterThan(0)
      expect(own, app).toBeLessThan(database)
    }
  })

  it('lists every problem at once and starts nothing', async () => {
    const offset = await findFreeOffset()
    const stranger = await listen(portAt('demo', offset))
    const stack = start('start', offset, {
      [services.core.variable]: '30 01',
      EMBED_URL: 'http://user:hunter2@host',
      WEBSITE_PORT: String(portAt('gateway', offset)),
    })
    expect(await stack.exitCode).toBe(2)
    expect(stack.output()).toContain('Nothing was started. 4 problems:')
    expect(stack.output()).toContain('CORE_PORT="30 01" is not a port')
    expect(stack.output()).toContain('EMBED_URL="***@host" is not an origin for embed')
    expect(stack.output()).toContain('gateway and website both resolve to port')
    expect(stack.output()).toMatch(
      new RegExp(`demo cannot listen on port ${portAt('demo', offset)}: it is taken by .*pid ${process.pid}`),
    )
    expect(stack.output()).not.toContain('hunter2')
    expect(await isPortOpen(portAt('gateway', offset))).toBe(false)
    stranger.close()
  })
})

describe.skipIf(process.platform === 'win32')('a stack that is ended from outside', () => {
  // Each is a way to end a start by npx; the processes of the services must not outlive it.
  it.each([
    ['SIGKILL to the stack', (chain: Chain) => process.kill(chain.stack, 'SIGKILL')],
    ['SIGTERM to npx', (chain: Chain) => process.kill(chain.npx, 'SIGTERM')],
    ['SIGKILL to npx', (chain: Chain) => process.kill(chain.npx, 'SIGKILL')],
    ['Ctrl-C in the terminal', (chain: Chain) => process.kill(-chain.npx, 'SIGINT')],
    ['a closed terminal', (chain: Chain) => process.kill(-chain.npx, 'SIGHUP')],
    ['SIGKILL to the whole group', (chain: Chain) => process.kill(-chain.npx, 'SIGKILL')],
  ])('leaves no process behind after %s', async (_name, end) => {
    const offset = await findFreeOffset()
    const npx = spawn('npx', ['--offline', '-c', 'node packages/stack/dist/main.js start'], {
      cwd: root,
      env: {
        PATH: process.env['PATH'],
        HOME: process.env['HOME'],
        LOG_LEVEL: 'warn',
        DRIFTOS_PORT_OFFSET: offset,
        DATABASE_URL: deadDatabase,
      },
      detached: true,
      stdio: 'ignore',
    })
    const running = async () => (await controlOf(offset)).status()
    await expect
      .poll(
        () =>
          running().then(
            ({ services: all }) => all.every(({ pid }) => pid !== null),
            () => false,
          ),
        {
          timeout: 60_000,
        },
      )
      .toBe(true)
    const status = await running()
    const pids = [status.pid, ...status.services.map(({ pid }) => pid!)]
    expect(pids.every(isAlive)).toBe(true)
    end({ npx: npx.pid!, stack: status.pid })
    await expect.poll(() => pids.filter(isAlive)).toEqual([])
    await expectAllClosed(offset)
  })
})

describe('pnpm dev', () => {
  it('starts every service from its sources, and restarts a killed or edited one', async () => {
    const offset = await findFreeOffset()
    const stack = start('dev', offset)
    await stack.sees('DriftOS is running')
    for (const app of apps) {
      expect(await getJson(`http://localhost:${portAt(app, offset)}/health`)).toMatchObject({
        status: 'ok',
        service: app,
      })
    }
    const page = await fetch(`http://localhost:${portAt('website', offset)}/`)
    expect(await page.text()).toContain('/@vite/client')

    const control = await controlOf(offset)
    const pidOf = async (name: string) => (await control.status()).services.find(({ service }) => service === name)?.pid
    process.kill((await pidOf('demo'))!, 'SIGKILL')
    await stack.sees('demo ended with SIGKILL; restarting (1 of 5)')
    await stack.sees('demo is ready')

    const before = await pidOf('core')
    const file = fileURLToPath(new URL('../apps/core/src/main.ts', import.meta.url))
    await utimes(file, new Date(), new Date())
    await stack.sees(`core restarts: ${join('apps', 'core', 'src', 'main.ts')} changed`)
    await expect.poll(() => pidOf('core')).not.toBe(before)
    expect(stack.output()).not.toContain('gateway restarts')

    stack.signalGroup('SIGINT')
    expect(await stack.exitCode).toBe(0)
    await expectAllClosed(offset)
  })
})

describe('the command line', () => {
  it('refuses an unknown mode with its help and exit code 2', async () => {
    const stack = startStack('serve' as 'start', {})
    expect(await stack.exitCode).toBe(2)
    expect(stack.output()).toContain('Usage: pnpm dev [options] | pnpm start [options]')
  })
})

describe('the build before the start', () => {
  it('reports that turbo is missing, and starts the existing build', async () => {
    // An extra argument ends the stack at once.
    const child = spawn(process.execPath, ['packages/stack/bin.js', 'start', 'more'], { cwd: root, env: { PATH: '' } })
    const [errors] = await Promise.all([text(child.stderr), once(child, 'close')])
    expect(errors).toMatch(/^turbo does not start: .*ENOENT/)
    expect(errors).toContain('Some packages failed to build (see above)')
    expect(errors).toContain('Usage: pnpm dev [options] | pnpm start [options]')
    expect(child.exitCode).toBe(2)
  })
})

function start(mode: 'dev' | 'start', offset: string, env: Record<string, string> = {}) {
  onTestFinished(() => rm(databaseFolder(offset), { recursive: true, force: true }))
  return startStack(mode, { DRIFTOS_PORT_OFFSET: offset, ...env })
}

function databaseFolder(offset: string): string {
  return fileURLToPath(new URL(`../.driftos/postgres-${portAt('postgres', offset)}`, import.meta.url))
}

/** Returns the control of the stack of this checkout at an offset. */
async function controlOf(offset: string): Promise<StackControl> {
  const owner = { instance: findCheckout(root)!.instance, offset: Number(offset) }
  const paths = await findRunningStacks(owner, { HOME: process.env['HOME'] })
  return connectControl(paths.find((path) => path.includes(`-${offset}`)) ?? 'none')
}

async function expectAllClosed(offset: string): Promise<void> {
  const states = await Promise.all(members.map(async (member) => [member, await isPortOpen(portAt(member, offset))]))
  expect(states).toEqual(members.map((member) => [member, false]))
}

async function getJson(url: string): Promise<unknown> {
  const response = await fetch(url)
  return response.json()
}

async function pidOn(port: number): Promise<number> {
  return (await findHolders([port])).get(port)!.process!.pid
}

function listen(port: number): Promise<Server> {
  return new Promise((resolve) => {
    const server = createServer().listen(port, '127.0.0.1', () => resolve(server))
  })
}
