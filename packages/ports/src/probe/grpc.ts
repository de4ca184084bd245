import { connect, type IncomingHttpHeaders } from 'node:http2'
import { open } from './exchange.js'
import { closedEarly, failed, startClock, strangerTo, timedOut, type Answer, type Protocol } from './protocol.js'

/** A frame without compression around an empty HealthCheckRequest: the health of the whole server. */
const request = Buffer.alloc(5)
const statuses = ['UNKNOWN', 'SERVING', 'NOT_SERVING', 'SERVICE_UNKNOWN']
/** Codes by which a server that is well refuses the question: PERMISSION_DENIED, UNIMPLEMENTED, UNAUTHENTICATED. */
const refusals: Readonly<Record<string, string>> = {
  '7': 'it does not permit the health check',
  '12': 'it has no health service',
  '16': 'it demands a login',
}
const maxAnswerBytes = 4096

/** Calls `grpc.health.v1.Health/Check` (https://github.com/grpc/grpc/blob/master/doc/health-checking.md). */
export const grpc: Protocol = (target) => {
  const { host, port, isSecure, origin, timeoutMs } = target
  const elapsedMs = startClock()
  return new Promise((resolve) => {
    const authority = host.includes(':') ? `[${host}]:${port}` : `${host}:${port}`
    const socket = open(target, ['h2'])
    const session = connect(`${isSecure ? 'https' : 'http'}://${authority}`, { createConnection: () => socket })
    let isHttp2 = false
    const settle = (answer: Answer) => {
      clearTimeout(timer)
      session.destroy()
      socket.destroy()
      resolve(answer)
    }
    /** Settles for the server's first bytes where they are not HTTP/2, else for another reason. */
    const settleUnanswered = (answer: Answer) => settle(!isHttp2 && socket.bytesRead > 0 ? strangerTo('gRPC') : answer)
    const timer = setTimeout(() => settleUnanswered(timedOut(target)), timeoutMs)
    const onError = (error: NodeJS.ErrnoException) => {
      // The code for bytes that are not HTTP/2.
      if (error.code === 'ERR_HTTP2_ERROR') return settle(strangerTo('gRPC'))
      settleUnanswered(error.code?.startsWith('ERR_HTTP2') ? { state: 'down', reason: closedEarly } : failed(error))
    }
    session.on('remoteSettings', () => (isHttp2 = true))
    session.on('error', onError)
    session.on('close', () => settleUnanswered({ state: 'down', reason: closedEarly }))

    const stream = session.request({
      ':method': 'POST',
      ':path': '/grpc.health.v1.Health/Check',
      ':authority': origin.host || authority,
      'content-type': 'application/grpc',
      te: 'trailers',
    })
    let headers: IncomingHttpHeaders = {}
    let body: Buffer = Buffer.alloc(0)
    // The session's error has the cause, and comes later.
    stream.on('error', (error) => setImmediate(onError, error))
    stream.on('response', (received) => (headers = received))
    stream.on('trailers', (received) => (headers = { ...headers, ...received }))
    stream.on('data', (data: Buffer) => {
      body = Buffer.concat([body, data])
      if (body.length > maxAnswerBytes) settle(strangerTo('gRPC'))
    })
    stream.on('end', () => {
      // Without a response the connection failed, which the session reports.
      if (headers[':status'] !== undefined) settle(answerOf(headers, body, elapsedMs()))
    })
    stream.end(request)
  })
}

function answerOf(headers: IncomingHttpHeaders, body: Buffer, latencyMs: number): Answer {
  const status = headers['grpc-status']
  if (!headers['content-type']?.startsWith('application/grpc') || typeof status !== 'string') return strangerTo('gRPC')
  const refusal = refusals[status]
  if (refusal) return { state: 'up', latencyMs, reason: refusal }
  if (status !== '0') return { state: 'down', reason: `answers gRPC status ${status}` }
  // A frame of 5 bytes and a length, then HealthCheckResponse: field 1, a varint; absent for the default, 0.
  const message = body.subarray(5)
  const health = message.length === 0 ? 0 : message[0] === 8 && message.length === 2 ? message[1]! : -1
  if (body.length < 5 || body[0] !== 0 || body.readUInt32BE(1) !== message.length || !statuses[health])
    return strangerTo('gRPC')
  return statuses[health] === 'SERVING'
    ? { state: 'up', latencyMs }
    : { state: 'down', reason: `answers ${statuses[health]}` }
}
