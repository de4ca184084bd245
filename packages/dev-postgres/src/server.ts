import { once } from 'node:events'
import { createServer, type Socket } from 'node:net'
import { Connection, type Admission } from './connection.js'
import type { Engine } from './engine/engine.js'
import { ProtocolError } from './protocol/errors.js'
import { backend as reply } from './protocol/messages.js'
import { Backend } from './session/backend.js'
import type { Client } from './session/client.js'
import { Turns, type Limits } from './session/turns.js'

export { openEngine, EngineError, type Engine } from './engine/engine.js'
export type { Limits } from './session/turns.js'

/** How many clients may be connected at once; their statements still run one after another. */
const maxClients = 100
const defaultLimits: Limits = { idleMs: 30_000, queueMs: 60_000, startupMs: 60_000 }
/** How often the engine may crash in a minute before the server gives up. */
const maxCrashes = 3
/** How long a stop waits for clients to read the reason. */
const lingerMs = 500
/** The engines that a server uses. Two servers would take each other's output. */
const served = new WeakSet<Engine>()
const shutdown = new ProtocolError('57P01', 'terminating connection due to administrator command')

/** What `serveDatabase` may be given besides the engine and the port. */
export interface ServeOptions {
  readonly limits?: Partial<Limits>
  /** Receives a line when the engine has crashed and when it is open again. */
  readonly log?: (line: string) => void
  /** Called when the engine has crashed and cannot be opened again. The port is closed by then. */
  readonly onFailure?: (error: Error) => void
}

/**
 * Serves an embedded database on a port of 127.0.0.1 to many clients, one statement or transaction at a time.
 *
 * @param open - opens the engine, which no other server may use at the same time; called after this process has the port, and
 *   again after the engine has crashed. Clients that connect before the engine is open get the error 57P03, as from a
 *   PostgreSQL server that starts.
 * @returns a function that ends all connections, with the error 57P01, and frees the port; the engine stays open
 * @throws {Error} when the port is in use, `open` fails or another server uses its engine
 */
export async function serveDatabase(
  open: () => Engine | Promise<Engine>,
  port: number,
  { limits, log = () => {}, onFailure = () => {} }: ServeOptions = {},
): Promise<() => Promise<void>> {
  const allLimits = { ...defaultLimits, ...limits }
  const turns = new Turns(allLimits)
  const sockets = new Set<Socket>()
  const clients = new Map<number, Client>()
  const admission: Admission = {
    clients,
    turns,
    maxClients,
    startupMs: allLimits.startupMs,
    defaults: undefined,
    parameters: new Map(),
  }
  let backend: Backend | undefined
  let isStopping = false
  const crashes: number[] = []

  const server = createServer({ allowHalfOpen: true, keepAlive: true, keepAliveInitialDelay: 60_000 }, (socket) => {
    socket.on('error', () => socket.destroy())
    sockets.add(socket.on('close', () => sockets.delete(socket)))
    void new Connection(socket, admission)
  })
  server.maxConnections = 2 * maxClients

  async function start(): Promise<void> {
    const engine = await open()
    if (served.has(engine)) throw new Error('another server uses the engine, or it has ended')
    served.add(engine)
    const started = new Backend(engine)
    // PostgreSQL reports its parameters once more with the first statement.
    await started.query('select 1')
    started.onNotification = (body, sink) => {
      const channel = body.toString('utf8', 4, body.indexOf(0, 4))
      for (const client of clients.values())
        if (client !== sink && client.session.channels.has(channel)) client.write(reply.notification(body))
      return clients.get((sink as Partial<Client> | undefined)?.pid ?? -1)?.session.channels.has(channel) ?? false
    }
    backend = started
    admission.defaults = started.parameters
    turns.open(started)
    void engine.ended.then((reason) => restart(reason))
  }

  async function restart(reason: string): Promise<void> {
    if (isStopping) return
    turns.fail()
    const now = performance.now()
    crashes.push(now)
    const recent = crashes.filter((time) => now - time < 60_000).length
    log(`the engine of the embedded database has crashed: ${reason}`)
    try {
      if (recent > maxCrashes) throw new Error(`the engine has crashed ${recent} times in a minute: ${reason}`)
      await start()
      log('the engine of the embedded database is open again')
    } catch (error) {
      await stop()
      onFailure(error as Error)
    }
  }

  async function stop(): Promise<void> {
    if (isStopping) return
    isStopping = true
    // Before the sockets end: the server may close before their own events.
    const closed = new Promise<void>((resolve) => server.close(() => resolve()))
    for (const client of clients.values()) client.terminate(shutdown)
    await turns.close()
    for (const socket of sockets) socket.destroySoon()
    // A client that reads nothing keeps its connection open.
    const timer = setTimeout(() => sockets.forEach((socket) => socket.destroy()), lingerMs)
    await closed
    clearTimeout(timer)
    if (backend) served.delete(backend.engine)
  }

  server.listen(port, '127.0.0.1')
  await once(server, 'listening')
  try {
    await start()
  } catch (error) {
    await stop()
    throw error
  }
  return stop
}
