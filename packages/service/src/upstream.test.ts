import { randomBytes } from 'node:crypto'
import { once } from 'node:events'
import {
  createServer,
  request as httpRequest,
  type IncomingMessage,
  type OutgoingHttpHeaders,
  type RequestListener,
} from 'node:http'
import { connect, type AddressInfo, type Socket } from 'node:net'
import { buffer, text } from 'node:stream/consumers'
import { gzipSync } from 'node:zlib'
import type { Env } from '@driftos/ports'
import getPort from 'get-port'
import { afterEach, describe, expect, it } from 'vitest'
import { largestBody } from './body-limit.js'
import { createService } from './create.js'
import { caller, upstream, upstreamVariable } from './services.fixture.js'
import { registerUpstreams } from './upstream.js'

const hostVariable = upstreamVariable.replace(/PORT$/, 'HOST')

const closers: (() => unknown)[] = []
afterEach(async () => {
  for (const close of closers.splice(0).toReversed()) await close()
})

/** Starts an upstream on a free port; returns the port. */
async function startUpstream(answer: RequestListener): Promise<number> {
  const server = createServer(answer).listen(0, '127.0.0.1')
  await once(server, 'listening')
  closers.push(async () => {
    server.closeAllConnections()
    await new Promise((resolve) => server.close(resolve))
  })
  return (server.address() as AddressInfo).port
}

/** Starts a service that forwards `/api/v1` and `/moved` to the upstream's `/api/v1`; returns its origin. */
async function startProxy(env: Env): Promise<URL> {
  const app = createService({ service: caller, version: '1.0.0', env: { LOG_LEVEL: 'silent', ...env } })
  registerUpstreams(app, env, { [upstream]: { paths: { '/api/v1': '/api/v1', '/moved': '/api/v1' } } })
  const origin = await app.listen({ port: 0, host: '127.0.0.1' })
  closers.push(async () => {
    app.server.closeAllConnections()
    await app.close()
  })
  return new URL(origin)
}

async function startBoth(answer: RequestListener, env: Env = {}): Promise<URL> {
  return startProxy({ [upstreamVariable]: String(await startUpstream(answer)), ...env })
}

interface Sent {
  method?: string
  headers?: OutgoingHttpHeaders
  body?: Buffer | string
}

/** Sends one request on a new connection; returns the raw answer. */
async function send(origin: URL, path: string, { method = 'GET', headers = {}, body }: Sent = {}) {
  // Node sends no length with the body of a DELETE.
  const length =
    body === undefined || 'transfer-encoding' in headers ? {} : { 'content-length': Buffer.byteLength(body) }
  const request = httpRequest(origin, { path, method, headers: { ...length, ...headers }, agent: false })
  request.end(body)
  const [response] = (await once(request, 'response')) as [IncomingMessage]
  // An answer may come before the end of the body, and the connection closes after it.
  request.on('error', () => {})
  return {
    status: response.statusCode!,
    headers: response.headers,
    body: await buffer(response),
  }
}

/** Sends bytes on a socket; returns what comes back until it closes or `until` matches. */
async function sendRaw(origin: URL, bytes: string, until?: RegExp): Promise<string> {
  const socket = connect(Number(origin.port), origin.hostname)
  closers.push(() => socket.destroy())
  socket.write(bytes)
  let answer = ''
  for await (const chunk of socket.setEncoding('latin1')) {
    answer += String(chunk)
    if (until?.test(answer)) break
  }
  return answer
}

/** Creates a promise and its resolve function. */
function deferred<Value = void>() {
  let resolve: (value: Value) => void
  const promise = new Promise<Value>((fulfil) => {
    resolve = fulfil
  })
  return { promise, resolve: resolve! }
}

/** Answers with the request that the upstream received, in JSON. */
const mirror: RequestListener = (request, response) => {
  const { method, url, headers } = request
  const answer = (body: Buffer) => response.end(JSON.stringify({ method, url, headers, body: body.toString('base64') }))
  response.setHeader('content-type', 'application/json')
  buffer(request).then(answer, () => response.destroy())
}

interface Seen {
  method: string
  url: string
  headers: Record<string, string>
  body: string
}

async function seenBy(origin: URL, path: string, sent?: Sent): Promise<Seen> {
  const { body } = await send(origin, path, sent)
  return JSON.parse(body.toString()) as Seen
}

describe('the request', () => {
  it.each([
    '/api/v1/things?a=1&a=2&b=%20+%2B&c=%C3%A9&d[]=x&e',
    '/api/v1/things?',
    '/api/v1/things?a=b?c=d&url=http://x/y#',
    "/api/v1/things?q='()*~!,;:@$",
    '/api/v1/context/a%2Fb%3Fc%20d',
    '/api/v1//double',
    '/api/v1/v1..2',
    `/api/v1/${'x'.repeat(8000)}`,
    '/api/v1',
    '/api/v1/',
  ])('keeps its path and query, %.60s', async (path) => {
    const origin = await startBoth(mirror)
    expect((await seenBy(origin, path)).url).toBe(path)
  })

  it.each(['POST', 'PUT', 'PATCH', 'DELETE', 'OPTIONS'])('keeps a body with %s', async (method) => {
    const origin = await startBoth(mirror)
    const seen = await seenBy(origin, '/api/v1/things', {
      method,
      headers: { 'content-type': 'application/json' },
      body: '{ "a" : 1 }',
    })
    expect(seen).toMatchObject({ method, body: Buffer.from('{ "a" : 1 }').toString('base64') })
  })

  it.each(['GET', 'POST', 'PUT', 'PATCH', 'DELETE', 'OPTIONS'])('needs no body with %s', async (method) => {
    const origin = await startBoth(mirror)
    expect(await seenBy(origin, '/api/v1/things', { method })).toMatchObject({ method, body: '' })
  })

  it.each([
    'application/octet-stream',
    'application/json',
    'application/json; charset=utf-8',
    'text/plain',
    'text/plain; charset=iso-8859-1',
    'multipart/form-data; boundary=x',
    'application/x-www-form-urlencoded',
    undefined,
  ])('keeps the bytes of a body and its type, %s', async (type) => {
    const origin = await startBoth(mirror)
    const body = randomBytes(300_000)
    const seen = await seenBy(origin, '/api/v1/things', {
      method: 'POST',
      headers: type === undefined ? {} : { 'content-type': type },
      body,
    })
    expect(Buffer.from(seen.body, 'base64').equals(body)).toBe(true)
    expect(seen.headers['content-type']).toBe(type)
    expect(seen.headers['content-length']).toBe(String(body.length))
  })

  it('keeps headers, repeated ones too', async () => {
    const origin = await startBoth(mirror)
    const { headers } = await seenBy(origin, '/api/v1/things', {
      headers: { authorization: 'Bearer x', cookie: ['a=1', 'b=2'], 'x-many': ['1', '2'], accept: 'text/event-stream' },
    })
    expect(headers).toMatchObject({
      authorization: 'Bearer x',
      cookie: 'a=1; b=2',
      'x-many': '1, 2',
      accept: 'text/event-stream',
    })
  })

  it('has forwarding headers with the real client, whatever the client sends', async () => {
    const origin = await startBoth(mirror)
    const { headers } = await seenBy(origin, '/api/v1/things', {
      headers: { host: 'example.com', 'x-forwarded-for': '6.6.6.6', 'x-forwarded-proto': 'https' },
    })
    expect(headers).toMatchObject({
      'x-forwarded-for': '127.0.0.1',
      'x-forwarded-host': 'example.com',
      'x-forwarded-proto': 'http',
    })
    expect(headers['host']).toMatch(/^localhost:\d+$/)
  })

  it('loses its hop-by-hop headers, those in Connection included', async () => {
    const origin = await startBoth(mirror)
    const { headers } = await seenBy(origin, '/api/v1/things', {
      headers: {
        connection: 'keep-alive, X-Private',
        'x-private': 'secret',
        'x-public': 'kept',
        'keep-alive': 'timeout=5',
        'proxy-authorization': 'Basic x',
        'proxy-connection': 'keep-alive',
        te: 'trailers',
      },
    })
    expect(headers).toMatchObject({ 'x-public': 'kept' })
    for (const name of ['x-private', 'keep-alive', 'proxy-authorization', 'proxy-connection', 'te']) {
      expect(headers).not.toHaveProperty(name)
    }
  })

  it('streams: the upstream gets the first chunk before the client sends the last', async () => {
    const { promise: firstChunk, resolve: onFirstChunk } = deferred<string>()
    const origin = await startBoth((request, response) => {
      request.once('data', (chunk: Buffer) => onFirstChunk(chunk.toString()))
      request.on('end', () => response.end('done'))
    })
    const request = httpRequest(new URL('/api/v1/upload', origin), { method: 'POST', agent: false })
    request.write('first')
    expect(await firstChunk).toBe('first')
    request.end('last')
    const [response] = (await once(request, 'response')) as [IncomingMessage]
    expect(await text(response)).toBe('done')
  })

  it('may come in chunks, all of them at once', async () => {
    const origin = await startBoth(async (request, response) => response.end(await text(request)))
    const answers: string[] = []
    for (let round = 0; round < 40; round++) {
      const request = httpRequest(origin, { path: '/api/v1/things', method: 'POST', agent: false })
      request.write('one ')
      request.end('two')
      const [response] = (await once(request, 'response')) as [IncomingMessage]
      answers.push(`${response.statusCode} ${await text(response)}`)
    }
    expect([...new Set(answers)]).toEqual(['200 one two'])
  })

  it('may expect 100-continue', async () => {
    const origin = await startBoth(mirror)
    const request = httpRequest(new URL('/api/v1/things', origin), {
      method: 'POST',
      headers: { expect: '100-continue', 'content-length': 5 },
      agent: false,
    })
    request.flushHeaders()
    await once(request, 'continue')
    request.end('hello')
    const [response] = (await once(request, 'response')) as [IncomingMessage]
    expect(JSON.parse(await text(response))).toMatchObject({ body: Buffer.from('hello').toString('base64') })
  })

  it('may have a body with GET, which is ignored', async () => {
    const origin = await startBoth(mirror)
    const chunk = `${(200_000).toString(16)}\r\n${'x'.repeat(200_000)}\r\n`
    const head = 'GET /api/v1/things HTTP/1.1\r\nHost: x\r\nConnection: close\r\nTransfer-Encoding: chunked\r\n\r\n'
    const answer = await sendRaw(origin, `${head}${chunk}0\r\n\r\n`)
    expect(answer).toMatch(/^HTTP\/1\.1 200 [^]*"body":""/)
  })
})

describe('the answer', () => {
  it('keeps its headers, repeated ones too, and loses hop-by-hop ones', async () => {
    const origin = await startBoth((_request, response) => {
      response.writeHead(200, {
        'set-cookie': ['a=1; Path=/', 'b=2; HttpOnly'],
        'x-many': ['1', '2'],
        connection: 'X-Private',
        'x-private': 'secret',
        'keep-alive': 'timeout=99',
        'proxy-authenticate': 'Basic',
        trailer: 'x-sum',
        etag: 'W/"1"',
      })
      response.end('ok')
    })
    const { headers } = await send(origin, '/api/v1/things')
    expect(headers['set-cookie']).toEqual(['a=1; Path=/', 'b=2; HttpOnly'])
    expect(headers).toMatchObject({ 'x-many': '1, 2', etag: 'W/"1"' })
    for (const name of ['x-private', 'proxy-authenticate', 'trailer']) expect(headers).not.toHaveProperty(name)
    expect(headers['keep-alive']).not.toBe('timeout=99')
  })

  it('keeps compressed bytes as they are', async () => {
    const zipped = gzipSync('hello '.repeat(1000))
    const origin = await startBoth((_request, response) => {
      response.writeHead(200, { 'content-encoding': 'gzip', 'content-length': zipped.length }).end(zipped)
    })
    const { headers, body } = await send(origin, '/api/v1/things', { headers: { 'accept-encoding': 'gzip' } })
    expect(headers).toMatchObject({ 'content-encoding': 'gzip', 'content-length': String(zipped.length) })
    expect(body.equals(zipped)).toBe(true)
  })

  it('keeps 5 MB of bytes', async () => {
    const bytes = randomBytes(5_000_000)
    const origin = await startBoth((_request, response) => response.end(bytes))
    expect((await send(origin, '/api/v1/things')).body.equals(bytes)).toBe(true)
  })

  it('to HEAD has the length and no body', async () => {
    const origin = await startBoth((_request, response) => response.writeHead(200, { 'content-length': 42 }).end())
    const { status, headers, body } = await send(origin, '/api/v1/things', { method: 'HEAD' })
    expect({ status, length: headers['content-length'], body: body.toString() }).toEqual({
      status: 200,
      length: '42',
      body: '',
    })
  })

  it.each([201, 204, 304, 400, 401, 404, 418, 429, 500, 503])('of status %i is forwarded, once', async (status) => {
    let calls = 0
    const origin = await startBoth((_request, response) => {
      calls++
      response.writeHead(status, { 'retry-after': '1', 'x-from': 'upstream' })
      response.end(status === 204 || status === 304 ? undefined : 'an answer')
    })
    const answer = await send(origin, '/api/v1/things')
    expect(answer).toMatchObject({ status, headers: { 'x-from': 'upstream', 'retry-after': '1' } })
    expect(answer.body.toString()).toBe(status === 204 || status === 304 ? '' : 'an answer')
    expect(calls).toBe(1)
  })

  it.each([
    ['/api/v1/other?x=1', '/api/v1/other?x=1'],
    ['other', 'other'],
    ['https://example.com/api/v1/x', 'https://example.com/api/v1/x'],
  ])('may redirect to %s', async (location, forwarded) => {
    const origin = await startBoth((_request, response) => response.writeHead(302, { location }).end())
    const { status, headers } = await send(origin, '/api/v1/things')
    expect({ status, location: headers.location }).toEqual({ status: 302, location: forwarded })
  })

  it.each([
    ['/api/v1', '/moved'],
    ['/api/v1/other', '/moved/other'],
    ['/api/v1?x=1', '/moved?x=1'],
    ['/api/v1#x', '/moved#x'],
    ['/api/v10', '/api/v10'],
    ['/login?next=/api/v1/x', '/login?next=/api/v1/x'],
    ['//example.com/api/v1/x', '//example.com/api/v1/x'],
  ])('may redirect to %s, rewritten to %s', async (location, forwarded) => {
    const origin = await startBoth((_request, response) => response.writeHead(302, { location }).end())
    expect((await send(origin, '/moved/things')).headers.location).toBe(forwarded)
  })

  it('streams: each server-sent event arrives before the next is sent', async () => {
    let sendEvent: (event: string) => void
    let end: () => void
    const origin = await startBoth((_request, response) => {
      response.writeHead(200, { 'content-type': 'text/event-stream' })
      sendEvent = (event) => response.write(`data: ${event}\n\n`)
      end = () => response.end()
      sendEvent('one')
    })
    const response = await fetch(new URL('/api/v1/events', origin))
    const reader = response.body!.pipeThrough(new TextDecoderStream()).getReader()
    expect(response.headers.get('content-type')).toBe('text/event-stream')
    expect((await reader.read()).value).toBe('data: one\n\n')
    sendEvent!('two')
    expect((await reader.read()).value).toBe('data: two\n\n')
    end!()
    expect((await reader.read()).done).toBe(true)
  })

  it('that breaks off is aborted for the client too', async () => {
    const origin = await startBoth((_request, response) => {
      response.writeHead(200, { 'content-length': 100 })
      response.write('half')
      setTimeout(() => response.socket?.destroy(), 50)
    })
    const response = await fetch(new URL('/api/v1/things', origin))
    await expect(response.text()).rejects.toThrow('terminated')
    expect((await send(origin, '/health')).status).toBe(200)
  })

  it('that comes before the upload has ended reaches the client', async () => {
    const origin = await startBoth((_request, response) => response.writeHead(401).end('no'))
    const response = await fetch(new URL('/api/v1/upload', origin), { method: 'POST', body: randomBytes(1_000_000) })
    expect({ status: response.status, body: await response.text() }).toEqual({ status: 401, body: 'no' })
  })
})

describe('a service that stops', () => {
  it('closes the connection after an answer that starts while it stops', async () => {
    const { promise: arrived, resolve: onArrival } = deferred()
    const port = String(
      await startUpstream((_request, response) => {
        onArrival()
        setTimeout(() => response.end('done'), 200)
      }),
    )
    const app = createService({ service: caller, version: '1.0.0', env: { LOG_LEVEL: 'silent' } })
    registerUpstreams(
      app,
      { [upstreamVariable]: port },
      { [upstream]: { paths: { '/api/v1': '/api/v1', '/moved': '/api/v1' } } },
    )
    const origin = new URL(await app.listen({ port: 0, host: '127.0.0.1' }))
    const answer = send(origin, '/api/v1/things', { headers: { connection: 'keep-alive' } })
    await arrived
    const closed = app.close()
    const { headers, body } = await answer
    expect({ connection: headers.connection, body: body.toString() }).toEqual({ connection: 'close', body: 'done' })
    await closed
  })
})

describe('a client that disconnects', () => {
  it.each([
    { when: 'before the answer', method: 'GET', begin: false },
    { when: 'before the answer to its upload', method: 'POST', begin: false },
    { when: 'during the answer', method: 'GET', begin: true },
  ])('aborts its upstream request, $when', async ({ method, begin }) => {
    const { promise: arrived, resolve: onArrival } = deferred()
    const { promise: closed, resolve: onClosed } = deferred<boolean>()
    const origin = await startBoth((request, response) => {
      response.on('close', () => onClosed(response.writableFinished))
      if (begin) response.write('data: one\n\n')
      if (method === 'POST') request.resume()
      onArrival()
    })
    const controller = new AbortController()
    const body = method === 'POST' ? '{}' : null
    const response = fetch(new URL('/api/v1/slow', origin), { method, body, signal: controller.signal })
    const failed = response.then((answer) => answer.text()).catch((error: Error) => error.name)
    await arrived
    if (begin) await response
    controller.abort()
    expect(await closed).toBe(false)
    expect(await failed).toBe('AbortError')
  })

  it('aborts its upstream request during its upload', async () => {
    const { promise: closed, resolve: onClosed } = deferred()
    const { promise: arrived, resolve: onArrival } = deferred()
    const origin = await startBoth((request) => {
      request.once('data', () => onArrival())
      request.on('error', () => onClosed())
    })
    const request = httpRequest(new URL('/api/v1/upload', origin), { method: 'POST', agent: false })
    request.on('error', () => {})
    request.write('first')
    await arrived
    request.destroy()
    await expect(closed).resolves.toBeUndefined()
  })
})

describe('an upstream that is down', () => {
  it.each(['GET', 'POST'])('answers 502 to %s, without an address', async (method) => {
    // Port 1 has no listener, and no test uses it.
    const port = 1
    const origin = await startProxy({ [upstreamVariable]: String(port) })
    const { status, body } = await send(origin, '/api/v1/things', { method })
    expect(status).toBe(502)
    expect(JSON.parse(body.toString())).toEqual({
      success: false,
      error: {
        code: 'UPSTREAM_DOWN',
        message: `${upstream} is not reachable: start it, or set ${upstreamVariable} to its port`,
        service: upstream,
        variable: upstreamVariable,
      },
    })
    expect(body.toString()).not.toContain(String(port))
  })

  it('answers 502 when its name is unknown', async () => {
    const origin = await startProxy({ [hostVariable]: 'nowhere.invalid' })
    const { status, body } = await send(origin, '/api/v1/things')
    expect(status).toBe(502)
    expect(body.toString()).toContain(upstreamVariable)
    expect(body.toString()).not.toContain('nowhere')
  })

  it('answers 502 when it closes the connection without an answer, or without valid HTTP', async () => {
    const closing = await startBoth((request) => request.socket.destroy())
    expect((await send(closing, '/api/v1/things')).status).toBe(502)
    const babbling = await startBoth((request) => request.socket.end('SSH-2.0-OpenSSH\r\n'))
    expect((await send(babbling, '/api/v1/things')).status).toBe(502)
  })

  it('answers 504 when it is slow', async () => {
    const origin = await startBoth(() => {}, { UPSTREAM_TIMEOUT_MS: '300' })
    const { status, body } = await send(origin, '/api/v1/things')
    expect(status).toBe(504)
    expect(JSON.parse(body.toString())).toEqual({
      success: false,
      error: {
        code: 'UPSTREAM_TIMEOUT',
        message: `${upstream} did not answer within 300 ms`,
        service: upstream,
        variable: upstreamVariable,
      },
    })
  })

  it('may be slow after the start of its answer', async () => {
    const origin = await startBoth(
      (_request, response) => {
        response.write('one')
        setTimeout(() => response.end('two'), 2500)
      },
      { UPSTREAM_TIMEOUT_MS: '300' },
    )
    expect((await send(origin, '/api/v1/things')).body.toString()).toBe('onetwo')
  })

  it('is used again after a restart', async () => {
    const port = await getPort()
    const origin = await startProxy({ [upstreamVariable]: String(port) })
    expect((await send(origin, '/api/v1/things')).status).toBe(502)
    const server = createServer(mirror).listen(port, '127.0.0.1')
    await once(server, 'listening')
    closers.push(() => server.close().closeAllConnections())
    expect((await send(origin, '/api/v1/things')).status).toBe(200)
  })
})

describe('a body that is too large', () => {
  const size = 100 * 1024 * 1024

  it('answers 413 at once for too large a content-length', async () => {
    const seen: string[] = []
    const origin = await startBoth((request) => void seen.push(request.url!))
    const answer = await sendRaw(
      origin,
      `POST /api/v1/upload HTTP/1.1\r\nHost: x\r\nContent-Length: ${size}\r\n\r\nfirst`,
      /\}\}/,
    )
    expect(answer).toMatch(/^HTTP\/1\.1 413 /)
    expect(answer).toContain('BODY_TOO_LARGE')
    expect(seen).toEqual([])
  })

  it('answers 413 to a client that sends all of it', async () => {
    const origin = await startBoth(mirror)
    const body = Buffer.alloc(size)
    const response = await fetch(new URL('/api/v1/upload', origin), { method: 'POST', body })
    expect({ status: response.status, body: await response.json() }).toMatchObject({
      status: 413,
      body: { success: false, error: { code: 'BODY_TOO_LARGE' } },
    })
  })

  it('answers 413 to a client that sends it in chunks', async () => {
    const origin = await startBoth(mirror)
    const chunk = Buffer.alloc(1024 * 1024)
    let left = size / chunk.length
    const body = new ReadableStream({
      pull(controller) {
        if (left-- > 0) controller.enqueue(chunk)
        else controller.close()
      },
    })
    const response = await fetch(new URL('/api/v1/upload', origin), { method: 'POST', body, duplex: 'half' })
    expect({ status: response.status, body: await response.json() }).toMatchObject({
      status: 413,
      body: { success: false, error: { code: 'BODY_TOO_LARGE' } },
    })
  })

  it('answers 413 to a plain socket that reads only after it has sent all its chunks', async () => {
    const origin = await startBoth(mirror)
    const socket = connect(Number(origin.port), origin.hostname)
    closers.push(() => socket.destroy())
    await writeChunked(socket, size)
    const [answer] = (await once(socket, 'data')) as [Buffer]
    expect(answer.toString()).toMatch(/^HTTP\/1\.1 413 /)
    expect((await send(origin, '/health')).status).toBe(200)
  })

  async function writeChunked(socket: Socket, bytes: number) {
    socket.pause()
    socket.write('POST /api/v1/upload HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n')
    const chunk = Buffer.concat([Buffer.from('100000\r\n'), Buffer.alloc(0x10_00_00), Buffer.from('\r\n')])
    for (let sent = 0; sent < bytes; sent += 0x10_00_00) {
      if (!socket.write(chunk)) await once(socket, 'drain')
    }
    socket.write('0\r\n\r\n')
    socket.resume()
  }

  it('is one byte over the limit, chunked or not', async () => {
    const origin = await startBoth((request, response) => {
      request.resume().on('end', () => response.end())
    })
    const statuses = []
    for (const length of [largestBody, largestBody + 1]) {
      const body = Buffer.alloc(length)
      for (const headers of [{}, { 'transfer-encoding': 'chunked' }]) {
        statuses.push((await send(origin, '/api/v1/upload', { method: 'POST', headers, body })).status)
      }
    }
    expect(statuses).toEqual([200, 200, 413, 413])
  })
})

it('answers other clients while 200 clients connect and disconnect', async () => {
  const origin = await startBoth((request, response) => {
    request.resume()
    setTimeout(() => response.write('one'), 20)
    setTimeout(() => response.end('two'), 60)
  })
  await Promise.all(
    Array.from({ length: 200 }, async (_, index) => {
      const controller = new AbortController()
      setTimeout(() => controller.abort(), (index % 20) * 5)
      const body = index % 2 ? Buffer.alloc(10_000) : null
      await fetch(new URL('/api/v1/things', origin), {
        method: body ? 'POST' : 'GET',
        body,
        signal: controller.signal,
      })
        .then((response) => response.text())
        .catch(() => {})
    }),
  )
  expect((await send(origin, '/health')).status).toBe(200)
  expect((await send(origin, '/api/v1/things')).body.toString()).toBe('onetwo')
})
