import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { createServer, type Server } from 'node:http'
import { mkdir, rm, writeFile } from 'node:fs/promises'
import { text } from 'node:stream/consumers'
import { fileURLToPath } from 'node:url'
import { services } from '@driftos/ports'
import { findHolders, isPortOpen } from '@driftos/ports/probe'
import { describe, expect, it, onTestFinished } from 'vitest'
import { findFreeOffset, portAt } from './free-offset.js'
import { startStack } from './stack-process.js'

const root = fileURLToPath(new URL('..', import.meta.url))
const apps = ['gateway', 'core', 'embed', 'website', 'demo'] as const
const members = ['postgres', ...apps] as const

// A first start of the embedded database takes seconds.
describe('pnpm start', { timeout: 90_000 }, () => {
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

  it('ignores PORT and prints a notice', async () => {
    const offset = await findFreeOffset()
    const stack = start('start', offset, { PORT: '8080', DATABASE_URL: 'postgresql://localhost:1/none' })
    await stack.sees('DriftOS is running')
    expect(stack.output()).toContain('PORT="8080" is ignored')
    expect(stack.output()).not.toContain('postgres ')
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
    await stack.sees('Not running: postgres')
    expect(stack.output()).toMatch(/postgres \| .*EEXIST/)
    expect(await getJson(`http://localhost:${portAt('demo', offset)}/health`)).toMatchObject({ service: 'demo' })
  })

  it('keeps the others running when one service is killed', async () => {
    const offset = await findFreeOffset()
    const stack = start('start', offset, { DATABASE_URL: 'postgresql://localhost:1/none' })
    await stack.sees('DriftOS is running')
    process.kill(await pidOn(portAt('embed', offset)), 'SIGKILL')
    await stack.sees('embed ended (SIGKILL); the others continue')
    expect(await getJson(`http://localhost:${portAt('gateway', offset)}/health/services`)).toMatchObject({
      services: [
        { service: 'core', state: 'up' },
        { service: 'embed', state: 'down' },
      ],
    })
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

describe('pnpm dev', { timeout: 90_000 }, () => {
  it('starts every service from its sources', async () => {
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
