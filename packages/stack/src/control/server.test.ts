import { mkdirSync, mkdtempSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { request } from 'node:http'
import { createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { connectControl, findControl, findRunningStacks, listSocketPaths, type StackStatus } from '@driftos/control'
import fc from 'fast-check'
import { afterEach, describe, expect, it, onTestFinished, vi } from 'vitest'
import { createLogBuffer } from './log-buffer.js'
import { createRedactor } from './redact.js'
import { createControlServer } from './server.js'
import { findOther, listenOnSocket, type ControlSocket } from './socket.js'

const owner = { instance: 'abcdef123456', offset: 100 }

const status: StackStatus = {
  pid: process.pid,
  mode: 'dev',
  checkout: '/somewhere',
  offset: 100,
  startedAt: '2026-01-01T00:00:00.000Z',
  services: ['core', 'demo'].map((service) => ({
    service,
    state: 'ready',
    pid: 1,
    port: 4321,
    origin: 'http://localhost:4321',
    since: '2026-01-01T00:00:00.000Z',
    startedAt: '2026-01-01T00:00:00.000Z',
    restarts: 0,
    lastExit: null,
    note: null,
  })),
}

function makeHome(): Record<string, string> {
  const home = mkdtempSync(join(tmpdir(), 'driftos-control-'))
  onTestFinished(() => rmSync(home, { recursive: true, force: true }))
  return { HOME: home, XDG_STATE_HOME: join(home, 'state'), LOCALAPPDATA: home }
}

const sockets: ControlSocket[] = []
afterEach(() => {
  for (const socket of sockets.splice(0)) socket.close()
})

async function serve(env = makeHome()) {
  const logs = createLogBuffer((text) => text.replaceAll('secret', '***'))
  const listeners = new Set<() => void>()
  const controlled = {
    logs,
    status: () => status,
    onChange(run: () => void) {
      listeners.add(run)
      return () => void listeners.delete(run)
    },
    isStopping: vi.fn<() => boolean>(() => false),
    restart: vi.fn<(service: string) => void>(),
    stop: vi.fn<() => void>(),
  }
  const socket = (await listenOnSocket(createControlServer(controlled), owner, env))!
  sockets.push(socket)
  const change = () => {
    for (const run of listeners) run()
  }
  return { ...controlled, socket, env, listeners, change, control: connectControl(socket.path) }
}

async function take<Item>(items: AsyncIterable<Item>, count = Infinity): Promise<Item[]> {
  const taken: Item[] = []
  for await (const item of items) if (taken.push(item) === count) break
  return taken
}

/** Sends a plain request and returns the answer's status and body. */
function ask(socketPath: string, method: string, path: string): Promise<{ status: number; body: string }> {
  return new Promise((resolve, reject) => {
    const outgoing = request({ socketPath, method, path, agent: false }, (response) => {
      let body = ''
      response.setEncoding('utf8').on('data', (chunk: string) => (body += chunk))
      response.on('end', () => resolve({ status: response.statusCode!, body }))
    })
    outgoing.once('error', reject).end()
  })
}

describe('the control socket', () => {
  it.skipIf(process.platform === 'win32')('can be used by its user only', async () => {
    const { socket } = await serve()
    expect((statSync(socket.path).mode & 0o777).toString(8)).toBe('600')
    expect((statSync(dirname(socket.path)).mode & 0o777).toString(8)).toBe('700')
  })

  it.skipIf(process.platform === 'win32')('makes a directory private that others can read', async () => {
    const env = makeHome()
    const directory = dirname(listSocketPaths(owner, env)[0]!)
    mkdirSync(directory, { recursive: true, mode: 0o755 })
    await serve(env)
    expect((statSync(directory).mode & 0o777).toString(8)).toBe('700')
  })

  it.skipIf(process.platform === 'win32')('replaces the socket of a killed stack', async () => {
    const env = makeHome()
    const [path] = listSocketPaths(owner, env)
    mkdirSync(dirname(path!), { recursive: true })
    writeFileSync(path!, '')
    const { control } = await serve(env)
    expect(control.path).toBe(path)
    expect(await control.status()).toEqual(status)
  })

  it.skipIf(process.platform === 'win32')(
    'uses another directory where the path would be too long or not writable',
    async () => {
      const env = makeHome()
      const runtime = join(env['HOME']!, 'run')
      for (const state of [join(env['HOME']!, 'long'.repeat(30)), '/dev/null']) {
        const { control, socket } = await serve({ ...env, XDG_STATE_HOME: state, XDG_RUNTIME_DIR: runtime })
        expect(dirname(control.path)).toBe(join(runtime, 'driftos'))
        socket.close()
      }
    },
  )

  it('is not taken from a stack that runs, which the next one finds', async () => {
    const { env } = await serve()
    expect(await listenOnSocket(createControlServer({} as never), owner, env)).toBeUndefined()
    expect(await findOther(owner, env)).toEqual(status)
    expect(await findOther({ ...owner, offset: 0 }, env)).toBeUndefined()
  })

  it.skipIf(process.platform === 'win32')(
    'is found with any offset, by processes of the stack through a variable, and removed at the end',
    async () => {
      const { env, socket } = await serve()
      expect(await findRunningStacks({ ...owner, offset: 0 }, env)).toEqual([socket.path])
      expect(await findRunningStacks({ ...owner, instance: 'another' }, env)).toEqual([])
      expect(await findControl({ DRIFTOS_CONTROL: socket.path })!.status()).toEqual(status)
      expect(findControl({ DRIFTOS_CONTROL: ' ' })).toBeUndefined()
      socket.close()
      await expect(findControl({ DRIFTOS_CONTROL: socket.path })!.status()).rejects.toMatchObject({
        code: 'UNREACHABLE',
      })
      expect(await findRunningStacks(owner, env)).toEqual([])
    },
  )
})

describe('the control protocol', () => {
  it('sends the status again after each change', async () => {
    const { control, change, listeners } = await serve()
    const statuses = control.watch()
    expect((await statuses.next()).value).toEqual(status)
    change()
    expect((await statuses.next()).value).toEqual(status)
    await statuses.return()
    await expect.poll(() => listeners.size).toBe(0)
  })

  it('returns the last lines of one service or of all in order, without secrets, and follows', async () => {
    const { control, logs } = await serve()
    logs.add('core', 'stdout', 'one')
    logs.add('demo', 'stderr', 'two')
    logs.add('core', 'stack', 'the secret')
    const textsOf = async (options: object) => (await take(control.logs(options))).map(({ text }) => text)
    expect(await textsOf({})).toEqual(['one', 'two', 'the ***'])
    expect(await textsOf({ service: 'core' })).toEqual(['one', 'the ***'])
    expect(await textsOf({ lines: 1 })).toEqual(['the ***'])
    expect(await textsOf({ lines: 0 })).toEqual([])

    const following = take(control.logs({ service: 'core', lines: 1, follow: true }), 2)
    const timer = setInterval(() => logs.add('core', 'stdout', 'new'), 20)
    onTestFinished(() => clearInterval(timer))
    logs.add('demo', 'stdout', 'other')
    expect((await following).map(({ text }) => text)).toEqual(['the ***', 'new'])
  })

  it('ends a followed stream by its signal without an error', async () => {
    const { control } = await serve()
    const abort = new AbortController()
    setTimeout(() => abort.abort(), 100)
    expect(await take(control.logs({ follow: true, signal: abort.signal }))).toEqual([])
  })

  it('restarts a service and stops the stack', async () => {
    const { control, restart, stop } = await serve()
    await control.restart('demo')
    expect(restart).toHaveBeenCalledWith('demo')
    await control.stop()
    expect(stop).toHaveBeenCalledOnce()
  })

  it('refuses an unknown service, and a restart while the stack stops', async () => {
    const { control, restart, isStopping } = await serve()
    for (const service of ['billing', '__proto__', 'a/b', '%', '']) {
      await expect(control.restart(service)).rejects.toMatchObject({ name: 'ControlError' })
    }
    await expect(control.restart('billing')).rejects.toMatchObject({
      code: 'UNKNOWN_SERVICE',
      message: 'billing is not a service of this stack: expected one of core, demo',
    })
    await expect(take(control.logs({ service: 'billing' }))).rejects.toMatchObject({
      code: 'UNKNOWN_SERVICE',
    })
    isStopping.mockReturnValue(true)
    await expect(control.restart('core')).rejects.toMatchObject({ code: 'STOPPING' })
    expect(restart).not.toHaveBeenCalled()
  })

  it.each([
    ['GET', '/', 404],
    ['GET', '/status/more', 404],
    ['POST', '/status', 405],
    ['GET', '/stop', 405],
    ['GET', '/services/core/restart', 405],
    ['POST', '/services/core', 404],
    ['GET', '/logs?lines=-1', 400],
    ['GET', '/logs?lines=99999', 400],
    ['GET', '/logs?lines=many', 400],
    ['GET', '//', 404],
  ])('answers %s %s with %i', async (method, path, code) => {
    const { socket } = await serve()
    const answer = await ask(socket.path, method, path)
    expect(answer.status).toBe(code)
    expect(JSON.parse(answer.body)).toMatchObject({ error: { code: expect.any(String), message: expect.any(String) } })
  })

  it.skipIf(process.platform === 'win32')('reports a process with another protocol', async () => {
    const path = join(makeHome()['HOME']!, 'other.sock')
    const server = createServer((socket) => socket.end('HTTP/1.1 200 OK\r\ncontent-length: 2\r\n\r\nhi')).listen(path)
    onTestFinished(() => void server.close())
    await expect(connectControl(path).status()).rejects.toMatchObject({ code: 'PROTOCOL' })
  })
})

describe('the log buffer', () => {
  it('keeps the last lines of each service within its limits', () => {
    fc.assert(
      fc.property(
        fc.array(fc.tuple(fc.constantFrom('a', 'b'), fc.string({ maxLength: 30 })), { maxLength: 60 }),
        fc.integer({ min: 1, max: 10 }),
        fc.integer({ min: 1, max: 80 }),
        (entries, lines, characters) => {
          const buffer = createLogBuffer((text) => text, { lines, characters })
          for (const [service, text] of entries) buffer.add(service, 'stdout', text)
          for (const service of ['a', 'b']) {
            const all = entries.flatMap(([name, text]) => (name === service ? [text] : []))
            const kept = buffer.last(100, service).map(({ text }) => text)
            expect(kept).toEqual(all.slice(all.length - kept.length))
            expect(kept.length).toBeLessThanOrEqual(lines)
            if (kept.length > 1) expect(kept.join('').length).toBeLessThanOrEqual(characters)
            if (all.length > 0) expect(kept.length).toBeGreaterThan(0)
          }
        },
      ),
    )
  })
})

describe('the redactor', () => {
  const redact = createRedactor({
    GATEWAY_API_KEYS: 'first-key, second-key',
    LLM_API_KEY: 'model-key',
    POSTGRES_PASSWORD: 'postgres',
    DATABASE_URL: 'postgresql://me:p%40ss-word@host/db',
    CORE_PORT: '4321',
    EMPTY_TOKEN: '',
  })

  it.each([
    ['key first-key and second-key', 'key *** and ***'],
    ['{"authorization":"Bearer model-key"}', '{"authorization":"Bearer ***"}'],
    ['postgresql://me:p%40ss-word@host/db', 'postgresql://me:***@host/db'],
    ['password p@ss-word', 'password ***'],
    ['postgres listens on 4321', 'postgres listens on 4321'],
  ])('turns %s into %s', (line, expected) => {
    expect(redact(line)).toBe(expected)
  })
})
