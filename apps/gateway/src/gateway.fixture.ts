import { once } from 'node:events'
import { createServer, type RequestListener } from 'node:http'
import { connect, type AddressInfo } from 'node:net'
import { fileURLToPath } from 'node:url'
import type { Env } from '@driftos/ports'
import { execa } from 'execa'
import type { FastifyInstance } from 'fastify'
import getPort from 'get-port'
import { expect, onTestFinished } from 'vitest'
import { buildGateway } from './app.js'

/** Starts a server on a free port until the test ends; returns the port. */
export async function startUpstream(answer: RequestListener): Promise<string> {
  const server = createServer(answer).listen(0, '127.0.0.1')
  await once(server, 'listening')
  onTestFinished(() => server.close().closeAllConnections())
  return String((server.address() as AddressInfo).port)
}

/** Answers with a name and the request that arrived. */
export function named(name: string): RequestListener {
  return (request, response) => {
    request.resume()
    response.end(`${name} ${request.method} ${request.url}`)
  }
}

/** Starts a gateway on a free port until the test ends. */
export async function startGateway(env: Env): Promise<{ app: FastifyInstance; origin: URL }> {
  const app = buildGateway({ LOG_LEVEL: 'silent', ...env })
  const origin = new URL(await app.listen({ port: 0, host: '127.0.0.1' }))
  onTestFinished(async () => {
    app.server.closeAllConnections()
    await app.close()
  })
  return { app, origin }
}

/** Starts a gateway with upstreams that answer with their names. */
export async function startAll(env: Env = {}) {
  const ports = { CORE_PORT: await startUpstream(named('core')), EMBED_PORT: await startUpstream(named('embed')) }
  return startGateway({ ...ports, ...env })
}

/** Starts a gateway in a separate process, on a free port, until the test ends. */
export async function startProcess(env: Env) {
  const port = String(await getPort())
  const main = fileURLToPath(new URL('main.ts', import.meta.url))
  const args = ['--import', import.meta.resolve('tsx'), '--conditions=@driftos/source', main]
  const child = execa(process.execPath, args, {
    env: { GATEWAY_PORT: port, ...env },
    extendEnv: false,
    reject: false,
    all: true,
  })
  onTestFinished(async () => {
    child.kill('SIGKILL')
    await child
  })
  const origin = new URL(`http://127.0.0.1:${port}`)
  /** Waits until the process answers. */
  const started = () => expect.poll(() => isHealthy(origin).catch(() => false)).toBe(true)
  return { child, origin, started }
}

/** Sends bytes on a socket; returns everything received until it closes. */
export async function sendRaw(origin: URL, bytes: string): Promise<string> {
  const socket = connect(Number(origin.port), origin.hostname)
  onTestFinished(() => void socket.destroy())
  socket.write(bytes)
  let answer = ''
  for await (const chunk of socket.setEncoding('latin1')) answer += String(chunk)
  return answer
}

/** Returns whether the gateway answers its health check within ten seconds. */
export async function isHealthy(origin: URL): Promise<boolean> {
  const response = await fetch(new URL('/health', origin), { signal: AbortSignal.timeout(10_000) })
  return response.ok && ((await response.json()) as { service: string }).service === 'gateway'
}
