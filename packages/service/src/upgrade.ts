import { ServerResponse, type IncomingMessage } from 'node:http'
import type { Duplex } from 'node:stream'
import type { Socket } from 'node:net'
import type { FastifyInstance } from 'fastify'

declare module 'fastify' {
  interface FastifyInstance {
    /** Whether routes of the app, or of one of its plugins, accept websockets. */
    readonly websockets: { areAccepted: boolean }
  }
}

/** A websocket handshake that waits for its answer. */
export interface Handshake {
  /** Gives the connection to the caller; returns the bytes that the client has already sent. */
  readonly accept: () => Buffer
}

const handshakes = new WeakMap<IncomingMessage, Handshake>()

/** How much a client may send before the answer, in bytes. */
const mostEarlyBytes = 64 * 1024

/** The last answer of each connection. */
const responses = new WeakMap<Socket, ServerResponse>()

/** The headers that belong to an upgrade. */
const upgradeTokens = new Set(['upgrade', 'http2-settings'])

/** Returns the websocket handshake of a request; undefined for others, also with an `Upgrade` header that is ignored. */
export function handshakeOf(request: IncomingMessage): Handshake | undefined {
  return handshakes.get(request)
}

/** Returns whether a request is a websocket handshake (RFC 6455, section 4.1). */
export function isWebsocketHandshake({ method, httpVersion, headers }: IncomingMessage): boolean {
  return (
    method === 'GET' &&
    httpVersion === '1.1' &&
    tokensOf(headers.connection).includes('upgrade') &&
    tokensOf(headers.upgrade).includes('websocket') &&
    headers['sec-websocket-key'] !== undefined &&
    headers['transfer-encoding'] === undefined &&
    Number(headers['content-length'] ?? 0) === 0
  )
}

/**
 * Answers requests with an `Upgrade` header: websocket handshakes by the app's routes if they accept any, every other one
 * as if it had no such header (RFC 9110, section 7.8). Node 20 gives up the connection at any `Upgrade`; newer versions
 * have `shouldUpgradeCallback`, which makes `reparse` unnecessary.
 */
export function registerUpgrades(app: FastifyInstance): void {
  app.decorate('websockets', { areAccepted: false })
  app.server.on('request', (request: IncomingMessage, response: ServerResponse) => {
    responses.set(request.socket, response)
  })
  app.server.on('upgrade', (request: IncomingMessage, duplex: Duplex, head: Buffer) => {
    const socket = duplex as Socket
    const onError = () => socket.destroy()
    socket.on('error', onError)
    afterLastAnswer(socket, () => {
      if (app.websockets.areAccepted && isWebsocketHandshake(request)) {
        handshakes.set(request, awaitAnswer(socket, head))
        route(app, request, socket)
        return
      }
      socket.off('error', onError)
      reparse(app, request, socket, head)
    })
  })
}

/** Waits for the answers to the requests before, if the client sent several at once. */
function afterLastAnswer(socket: Socket, next: () => void): void {
  const last = responses.get(socket)
  if (!last || last.destroyed) next()
  else last.once('close', () => void (socket.destroyed || next()))
}

/** Reads a connection until its handshake is answered, to notice when the client closes it. */
function awaitAnswer(socket: Socket, head: Buffer): Handshake {
  const early = [head]
  let size = head.length
  const onData = (chunk: Buffer) => {
    early.push(chunk)
    size += chunk.length
    if (size > mostEarlyBytes) socket.pause()
  }
  const onEnd = () => void socket.destroy()
  socket.on('data', onData).on('end', onEnd)
  return {
    accept() {
      socket.off('data', onData).off('end', onEnd).pause()
      return Buffer.concat(early)
    },
  }
}

/** Answers a request whose connection Node has given up, and closes the connection unless it became a websocket. */
function route(app: FastifyInstance, request: IncomingMessage, socket: Socket): void {
  const response = new ServerResponse(request)
  response.shouldKeepAlive = false
  response.assignSocket(socket)
  response.on('finish', () => {
    response.detachSocket(socket)
    response.destroyed = true
    response.emit('close')
    if (response.statusCode !== 101) socket.destroySoon()
  })
  app.server.emit('request', request, response)
}

/** Puts a request back on its connection without its upgrade, for a new parser to read. */
function reparse(app: FastifyInstance, request: IncomingMessage, socket: Socket, head: Buffer): void {
  const { method, url, httpVersion, rawHeaders } = request
  const lines = [`${method} ${url} HTTP/${httpVersion}`]
  for (let index = 0; index < rawHeaders.length; index += 2) {
    const [name, value] = [rawHeaders[index]!, rawHeaders[index + 1]!]
    const lower = name.toLowerCase()
    if (upgradeTokens.has(lower)) continue
    const kept = lower === 'connection' ? tokensOf(value).filter((token) => !upgradeTokens.has(token)) : [value]
    if (kept.length > 0) lines.push(`${name}: ${kept.join(', ')}`)
  }
  socket.unshift(Buffer.concat([Buffer.from(`${lines.join('\r\n')}\r\n\r\n`, 'latin1'), head]))
  app.server.emit('connection', socket)
}

function tokensOf(value: string | undefined): string[] {
  return (value ?? '').split(',').map((token) => token.trim().toLowerCase())
}
