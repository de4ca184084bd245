import { spawn, spawnSync } from 'node:child_process'
import { once } from 'node:events'
import { createServer } from 'node:http'
import { connect, type AddressInfo } from 'node:net'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { isPortOpen } from '@driftos/ports/probe'
import getPort from 'get-port'
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest'
import { buildGateway } from './app.js'
import { shapes, type Shape } from './request-shapes.fixture.js'

/** The upstream of the gateway and of nginx: it answers when it has read the body. */
const upstream = createServer((request, response) => {
  request.resume().on('end', () => response.end('answer'))
})
let gateway: ReturnType<typeof buildGateway>

beforeAll(async () => {
  await once(upstream.listen(0, '127.0.0.1'), 'listening')
  const port = String(portOf(upstream))
  gateway = buildGateway({ LOG_LEVEL: 'silent', CORE_PORT: port, EMBED_PORT: port })
  await gateway.listen({ port: 0, host: '127.0.0.1' })
})
afterAll(async () => {
  gateway.server.closeAllConnections()
  await gateway.close()
  upstream.close().closeAllConnections()
})

function portOf(server: { address: () => unknown }): number {
  return (server.address() as AddressInfo).port
}

/** Sends a shape; returns the statuses of its answers, and whether the connection was closed, if `isClosed` waits for it. */
async function send(port: number, { bytes, statuses, isClosed }: Shape) {
  const socket = connect(port, '127.0.0.1').setEncoding('latin1')
  let received = ''
  const statusesOf = () => Array.from(received.matchAll(/HTTP\/1\.[01] (\d{3})/g), ([, status]) => Number(status))
  const timer = setTimeout(() => socket.destroy(), 5000)
  let isEnded = false
  await new Promise<void>((resolve) => {
    socket.on('data', (chunk: string) => {
      received += chunk
      if (!isClosed && statusesOf().length >= statuses.length) resolve()
    })
    // A server that closes before it has read everything resets the connection.
    socket.on('error', () => {
      isEnded = true
    })
    socket.on('end', () => {
      isEnded = true
    })
    socket.on('close', () => resolve())
    socket.write(bytes, 'latin1')
  })
  clearTimeout(timer)
  socket.destroy()
  return { statuses: statusesOf(), isClosed: isEnded }
}

describe('the gateway', () => {
  it.each(shapes.filter(({ isClosed }) => !isClosed))('answers $name with $statuses', async (shape) => {
    expect((await send(portOf(gateway.server), shape)).statuses).toEqual(shape.statuses)
  })

  it.each(shapes.filter(({ isClosed }) => isClosed))('refuses $name with $statuses and closes', async (shape) => {
    expect(await send(portOf(gateway.server), shape)).toEqual({ statuses: shape.statuses, isClosed: true })
  })
})

const hasNginx = spawnSync('nginx', ['-v']).error === undefined
if (!hasNginx && process.env['CI']) throw new Error('nginx is not installed: install nginx-light')

describe.skipIf(!hasNginx)('nginx, if installed', () => {
  let port: number
  let stop: () => Promise<unknown>

  beforeAll(async () => {
    port = await getPort()
    const directory = await mkdtemp(join(tmpdir(), 'driftos-nginx-'))
    const file = join(directory, 'nginx.conf')
    const temporary = ['client_body', 'proxy', 'fastcgi', 'uwsgi', 'scgi'].map(
      (kind) => `${kind}_temp_path ${directory}/${kind};`,
    )
    await writeFile(
      file,
      `daemon off; master_process off; pid ${directory}/pid; error_log stderr crit;
events {}
http {
  access_log off; merge_slashes off; ${temporary.join(' ')}
  server {
    listen 127.0.0.1:${port};
    location /api/v1 { proxy_pass http://127.0.0.1:${portOf(upstream)}; proxy_http_version 1.1; proxy_set_header Connection ""; }
    location / { return 404; }
  }
}
`,
    )
    const child = spawn('nginx', ['-e', 'stderr', '-p', directory, '-c', file], { stdio: 'ignore' })
    const ended = once(child, 'exit')
    stop = async () => {
      child.kill('SIGKILL')
      await ended
      await rm(directory, { recursive: true })
    }
    await vi.waitUntil(() => isPortOpen(port, { host: '127.0.0.1' }), { timeout: 10_000 })
  })
  afterAll(() => stop())

  const classes = (statuses: readonly number[]) => statuses.map((status) => Math.floor(status / 100))

  it.each(shapes.filter(({ differs }) => differs === undefined))(
    'gives the same class of answer to $name',
    async (shape) => {
      expect(classes((await send(port, shape)).statuses)).toEqual(classes(shape.statuses))
    },
  )

  it.each(shapes.filter(({ differs }) => differs !== undefined))('differs for $name: $differs', async (shape) => {
    expect((await send(port, { ...shape, isClosed: false })).statuses).not.toEqual(shape.statuses)
  })
})
