import { connect, isIP, type Socket } from 'node:net'
import { connect as connectSecurely } from 'node:tls'
import { closedEarly, failed, startClock, strangerTo, timedOut, type Answer, type Target } from './protocol.js'

/** A step of a protocol, for all bytes that were received since the last one. */
export type Step =
  /** More bytes are needed. */
  | undefined
  /** The next bytes to send. */
  | Buffer
  /** The result, and the bytes that end the conversation politely. */
  | { readonly state: 'up' | 'down' | 'stranger'; readonly reason?: string; readonly farewell?: Buffer }

/** Where a protocol of bytes starts, and how it goes on. */
export interface Conversation {
  /** The name of the protocol, for the reason of a stranger. */
  readonly name: string
  /** The bytes to send first; undefined where the server sends first. */
  readonly opening?: Buffer
  /** Reads what was received. */
  readonly read: (received: Buffer) => Step
}

/** No protocol needs more bytes than this for one step. */
const maxStepBytes = 4096
const farewellMs = 500

/** Has a conversation with a server over TCP, or TLS. The time limit is for all of it. */
export function exchange(target: Target, { name, opening, read }: Conversation): Promise<Answer> {
  const elapsedMs = startClock()
  return new Promise((resolve) => {
    let received: Buffer = Buffer.alloc(0)
    let hasReceived = false
    const settle = (answer: Answer, farewell?: Buffer) => {
      clearTimeout(timer)
      resolve(answer)
      socket.removeAllListeners('data')
      if (!farewell) return socket.destroy()
      // The server gets the time to read it; the process does not wait for it.
      socket.resume().end(farewell).unref()
      return setTimeout(() => socket.destroy(), farewellMs).unref()
    }
    const socket = open(target)
    if (opening) socket.write(opening)
    const timer = setTimeout(() => settle(hasReceived ? strangerTo(name) : timedOut(target)), target.timeoutMs)
    socket.on('error', (error) => settle(failed(error)))
    socket.on('end', () => settle(hasReceived ? strangerTo(name) : { state: 'down', reason: closedEarly }))
    socket.on('data', (data) => {
      hasReceived = true
      received = Buffer.concat([received, data])
      const step = read(received)
      if (Buffer.isBuffer(step)) {
        received = Buffer.alloc(0)
        socket.write(step)
      } else if (step) {
        const { state, reason, farewell } = step
        settle({ state, ...(reason && { reason }), ...(state === 'up' && { latencyMs: elapsedMs() }) }, farewell)
      } else if (received.length > maxStepBytes) settle(strangerTo(name))
    })
  })
}

/** Connects to a target, over TLS where its URL requires it. */
export function open({ host, port, isSecure, origin }: Target, ALPNProtocols: string[] = []): Socket {
  if (!isSecure) return connect({ host, port })
  const name = origin.hostname
  const isName = isIP(name) === 0 && !name.startsWith('[')
  return connectSecurely({ host, port, ALPNProtocols, ...(isName && { servername: name }) })
}
