import type { Socket } from 'node:net'
import { ProtocolError } from './protocol/errors.js'
import { FrontendReader } from './protocol/frontend.js'
import { backend as reply } from './protocol/messages.js'
import { parseStartup, type StartupRequest } from './protocol/startup.js'
import { Client } from './session/client.js'
import { Session } from './session/session.js'
import type { Turns } from './session/turns.js'

/** What all connections share. */
export interface Admission {
  readonly clients: Map<number, Client>
  readonly turns: Turns
  readonly maxClients: number
  readonly startupMs: number
  /** The parameters to report; undefined until the engine is open. */
  defaults: ReadonlyMap<string, string> | undefined
  /** The parameters to report, by the settings that clients have started with before. */
  readonly parameters: Map<string, ReadonlyMap<string, string>>
}

/** How many combinations of settings are remembered. */
const rememberedSettings = 100
let lastPid = 0

/** A connection from its first byte: answers the packets before a session, then passes messages to a client. */
export class Connection {
  readonly #socket: Socket
  readonly #admission: Admission
  readonly #reader = new FrontendReader()
  #client: Client | undefined

  constructor(socket: Socket, admission: Admission) {
    this.#socket = socket.setNoDelay()
    this.#admission = admission
    const timer = setTimeout(() => !this.#client && socket.destroy(), admission.startupMs).unref()
    socket.on('data', (chunk) => this.#receive(chunk))
    socket.on('end', () => (this.#client ? this.#client.disconnect() : socket.end()))
    socket.on('close', () => {
      clearTimeout(timer)
      if (!this.#client) return
      admission.clients.delete(this.#client.pid)
      this.#client.disconnect()
    })
  }

  #receive(chunk: Buffer): void {
    this.#reader.push(chunk)
    try {
      for (let message = this.#reader.next(); message; message = this.#reader.next()) {
        if (this.#socket.writableEnded) return
        if (this.#client) this.#client.receive(message)
        else this.#answer(parseStartup(message.body))
      }
      this.#client?.pump()
    } catch (error) {
      // An error of this server ends the connection that causes it, and no other.
      const reason = error instanceof ProtocolError ? error : new ProtocolError('XX000', String(error))
      if (this.#client) this.#client.terminate(reason)
      else this.#socket.end(reply.error('FATAL', reason))
    }
  }

  #answer(request: StartupRequest): void {
    if (request.kind === 'encryption') {
      this.#socket.write('N')
    } else if (request.kind === 'cancel') {
      const client = this.#admission.clients.get(request.pid)
      if (client?.secret === request.secret) client.cancel()
      this.#socket.end()
    } else {
      this.#admit(request)
    }
  }

  #admit({ settings, unknownOptions }: StartupRequest & { kind: 'session' }): void {
    const { clients, turns, maxClients, parameters, defaults } = this.#admission
    if (!defaults) throw new ProtocolError('57P03', 'the database system is starting up')
    if (clients.size >= maxClients) throw new ProtocolError('53300', 'sorry, too many clients already')
    this.#reader.start()
    if (unknownOptions) this.#socket.write(reply.negotiateProtocolVersion(unknownOptions))
    const key = JSON.stringify([...settings])
    const known = settings.size === 0 ? defaults : parameters.get(key)
    const pid = ++lastPid
    const session = new Session(settings)
    const client: Client = known
      ? new Client(pid, session, this.#socket, turns)
      : new Client(pid, session, this.#socket, turns, (result) => {
          const changed = new Map([...defaults, ...(result?.parameters ?? [])])
          if (parameters.size >= rememberedSettings) parameters.clear()
          parameters.set(key, changed)
          this.#welcome(client, changed)
        })
    clients.set(pid, client)
    this.#client = client
    if (known) this.#welcome(client, known)
  }

  #welcome(client: Client, parameters: ReadonlyMap<string, string>): void {
    this.#socket.write(
      Buffer.concat([
        reply.authenticationOk(),
        ...[...parameters].map(([name, value]) =>
          reply.parameterStatus(name, name === 'session_authorization' && value === '' ? 'postgres' : value),
        ),
        reply.backendKeyData(client.pid, client.secret),
        reply.readyForQuery('I'),
      ]),
    )
  }
}
