import { once } from 'node:events'
import { createServer, type RequestListener } from 'node:http'
import { connect, type AddressInfo } from 'node:net'
import type { Env } from '@driftos/ports'
import type { FastifyInstance } from 'fastify'
import { onTestFinished } from 'vitest'
import { createService } from './create.js'
import { caller, upstream, upstreamVariable } from './services.fixture.js'
import { registerUpstreams } from './upstream.js'

/** Starts an upstream on a free port until the test ends; returns the port. */
export async function startUpstream(answer: RequestListener): Promise<number> {
  const server = createServer(answer).listen(0, '127.0.0.1')
  await once(server, 'listening')
  onTestFinished(() => server.close().closeAllConnections())
  return (server.address() as AddressInfo).port
}

/** Starts a service that forwards `/api/v1` and `/moved` to the upstream's `/api/v1`, until the test ends. */
export async function startProxy(
  port: number,
  env: Env = {},
  prepare: (app: FastifyInstance) => void = () => {},
): Promise<{ app: FastifyInstance; origin: URL }> {
  const settings = { LOG_LEVEL: 'silent', [upstreamVariable]: String(port), ...env }
  const app = createService({ service: caller, version: '1.0.0', env: settings })
  prepare(app)
  registerUpstreams(app, settings, { [upstream]: { paths: { '/api/v1': '/api/v1', '/moved': '/api/v1' } } })
  const origin = new URL(await app.listen({ port: 0, host: '127.0.0.1' }))
  onTestFinished(async () => {
    app.server.closeAllConnections()
    await app.close()
  })
  return { app, origin }
}

/** Sends bytes on a socket; returns what comes back until it closes or `until` matches. */
export async function sendRaw(origin: URL, bytes: string, until?: RegExp): Promise<string> {
  const socket = connect(Number(origin.port), origin.hostname)
  onTestFinished(() => void socket.destroy())
  socket.write(bytes, 'latin1')
  let answer = ''
  for await (const chunk of socket.setEncoding('latin1')) {
    answer += String(chunk)
    if (until?.test(answer)) break
  }
  return answer
}
