import { setTimeout } from 'node:timers/promises'
import { ProtocolError } from '../protocol/errors.js'
import { findCustomSettings, type Effects } from './effects.js'
import { quote, type Backend, type Result } from './backend.js'
import type { Session } from './session.js'
import { Statements } from './statements.js'

/** How long clients may take, in milliseconds. */
export interface Limits {
  /** How long a client that does not continue may hold the engine while others wait. */
  readonly idleMs: number
  /** How long a statement may wait for the engine. */
  readonly queueMs: number
  /** How long a connection may take to send its startup packet. */
  readonly startupMs: number
}

/** A client that takes turns on the engine. */
export interface Participant {
  readonly pid: number
  readonly session: Session
  /** Since when the engine waits for this client, as of `performance.now()`. */
  readonly idleSince: number | undefined
  /** Whether it has disconnected. */
  readonly isGone: boolean
  /** Forwards what can be forwarded now. */
  pump(): void
  /** Cancels its statement. */
  cancel(): void
  /** Starts the turn. `entered` is the result of moving its session into the engine. */
  begin(backend: Backend, entered: Result | undefined): void
  /** Ends the wait with an error of the statement. */
  refuse(error: ProtocolError): void
  /** Ends the connection with an error. */
  terminate(error: ProtocolError): void
}

interface Waiting {
  readonly client: Participant
  readonly since: number
}

const crashed = new ProtocolError(
  '57P02',
  'the engine of the embedded database has crashed: the running transaction is rolled back',
  'Connect again.',
)

/** Gives the one engine to one client at a time: for a statement, or until its transaction ends. */
export class Turns {
  readonly statements = new Statements()
  /** Names of settings that pg_settings does not list. */
  readonly customSettings = new Set<string>()
  /** Whether a function may change settings, so that every statement may; unknown after DDL. */
  functionsSet: boolean | undefined
  readonly #limits: Limits
  #backend: Backend | undefined
  #queue: Waiting[] = []
  #holder: Participant | undefined
  #isKept = false
  /** The session that is in the engine. */
  #current: Session | undefined
  #isSwitching = false
  #departed: Session[] = []
  readonly #listeners = new Set<Session>()
  readonly #timer: NodeJS.Timeout

  constructor(limits: Limits) {
    this.#limits = limits
    this.#timer = setInterval(() => this.#enforceLimits(), Math.min(250, limits.idleMs / 4)).unref()
  }

  /** Starts to use an engine. */
  open(backend: Backend): void {
    this.#backend = backend
    this.#switch(() => this.#listen(backend))
  }

  /** Ends the turn of the client whose engine has ended. The others wait for the next engine. */
  fail(): void {
    const holder = this.#holder
    this.#backend = this.#current = this.#holder = this.functionsSet = undefined
    this.#isKept = false
    this.statements.clear()
    holder?.terminate(crashed)
  }

  /** Cancels the running statement, also that of a client that has vanished, and waits until the engine is idle, for 5 s at most. */
  async close(): Promise<void> {
    clearInterval(this.#timer)
    this.#holder?.cancel()
    const deadline = performance.now() + 5000
    while (
      performance.now() < deadline &&
      this.#backend &&
      (this.#holder || this.#isSwitching || this.#departed.length > 0)
    )
      await setTimeout(5)
    this.#backend = undefined
  }

  isHolder(client: Participant): boolean {
    return this.#holder === client
  }

  /** Whether a client keeps the engine after its statement. */
  get isKept(): boolean {
    return this.#isKept && this.#holder !== undefined
  }

  /** Keeps the engine for its holder, until it ends its transaction. */
  keep(client: Participant): void {
    if (this.#holder !== client || this.#isKept) return
    this.#isKept = true
    for (const waiting of this.#queue) waiting.client.pump()
  }

  request(client: Participant): void {
    this.#queue.push({ client, since: performance.now() })
    this.#continue()
  }

  isWaiting(client: Participant): boolean {
    return this.#queue.some((waiting) => waiting.client === client)
  }

  withdraw(client: Participant): void {
    this.#queue = this.#queue.filter((waiting) => waiting.client !== client)
  }

  /** Ends a turn. */
  release(client: Participant): void {
    if (this.#holder !== client) return
    this.#holder = undefined
    this.#isKept = false
    this.#backend?.connect(undefined)
    this.#continue()
  }

  /** Removes the statements and tables of a disconnected client from the engine. */
  forget(session: Session): void {
    this.#listeners.delete(session)
    this.#departed.push(session)
    this.#continue()
  }

  #continue(): void {
    const backend = this.#backend
    if (this.#holder || this.#isSwitching || !backend) return
    const next = this.#departed.length > 0 ? undefined : this.#queue.shift()?.client
    if (!next && this.#departed.length === 0) return
    this.#switch(() => (next ? this.#switchTo(next, backend) : this.#cleanUp(backend)))
  }

  #switch(run: () => Promise<void>): void {
    this.#isSwitching = true
    void run()
      .catch(() => {}) // The engine has ended, and `fail` follows.
      .then(() => {
        this.#isSwitching = false
        this.#continue()
      })
  }

  async #switchTo(next: Participant, backend: Backend): Promise<void> {
    let entered: Result | undefined
    if (this.#current !== next.session) {
      await this.#leave(backend)
      try {
        entered = await next.session.enter(backend)
      } catch (error) {
        if (this.#backend !== backend) throw error
        next.terminate(new ProtocolError((error as { code: string }).code, (error as Error).message))
        await backend.query('reset session authorization; reset role; reset all')
        return
      }
      this.#current = next.session
    }
    if (this.#backend !== backend) return next.terminate(crashed)
    this.#holder = next
    next.begin(backend, entered)
  }

  async #leave(backend: Backend): Promise<void> {
    const session = this.#current
    if (!session) return
    if (this.functionsSet === undefined) {
      const sources = await findSettingFunctions(backend)
      for (const name of sources.flatMap(findCustomSettings)) this.customSettings.add(name)
      this.functionsSet = sources.length > 0
    }
    if (session.isDirty || session.hasState || this.functionsSet) {
      if (await session.leave(backend, this.customSettings)) this.statements.clear()
    }
    this.#current = undefined
  }

  async #cleanUp(backend: Backend): Promise<void> {
    const session = this.#departed.shift()!
    const isCurrent = this.#current === session
    if (isCurrent) this.#current = undefined
    if (isCurrent && (session.isDirty || session.hasState || this.functionsSet !== false)) {
      this.statements.clear()
      await backend.query('rollback')
      await backend.query('reset session authorization; reset role')
      await backend.query('discard all')
      await this.#listen(backend)
    } else {
      const messages = this.statements.release(session)
      if (messages.length > 0) await backend.query('select 1', messages)
    }
  }

  /** Records the channels of a client. The engine listens to the channels of all clients. */
  async listen(session: Session, changes: Effects['channels'], backend: Backend): Promise<void> {
    if (changes.length === 0) return
    if (session.channels.size === 0) this.#listeners.add(session)
    for (const [channel, isListening] of changes) {
      if (isListening) session.channels.add(channel)
      else if (channel === '*') session.channels.clear()
      else session.channels.delete(channel)
    }
    if (session.channels.size === 0) this.#listeners.delete(session)
    await this.#listen(backend)
  }

  async #listen(backend: Backend): Promise<void> {
    const channels = new Set<string>()
    for (const session of this.#listeners) for (const channel of session.channels) channels.add(channel)
    for (const channel of channels) await backend.query(`listen "${channel.replaceAll('"', '""')}"`)
  }

  #enforceLimits(): void {
    const now = performance.now()
    const { idleMs, queueMs } = this.#limits
    const holder = this.#holder
    const oldest = this.#queue[0]
    if (!oldest) return
    if (holder?.isGone && now - oldest.since > idleMs) holder.cancel()
    if (holder?.idleSince !== undefined && now - Math.max(holder.idleSince, oldest.since) > idleMs) {
      holder.terminate(
        new ProtocolError(
          '25P03',
          `terminating connection due to idle-in-transaction timeout: others have waited ${idleMs / 1000} s for the engine`,
          'The embedded database runs one transaction at a time. Use a PostgreSQL server (DATABASE_URL) for more.',
        ),
      )
    }
    for (const { client, since } of this.#queue.filter((waiting) => now - waiting.since > queueMs)) {
      this.withdraw(client)
      const blocker = holder ? `the transaction of the client with pid ${holder.pid}` : 'the engine'
      client.refuse(
        new ProtocolError(
          '55P03',
          `the embedded database runs one transaction at a time: waited ${Math.round((now - since) / 1000)} s for ${blocker}`,
          'Use a PostgreSQL server (DATABASE_URL) for parallel transactions.',
        ),
      )
    }
  }
}

/** Returns the sources of the functions that may change settings that outlive them. */
async function findSettingFunctions(backend: Backend): Promise<string[]> {
  const pattern = String.raw`set_config|(^|[;'"$]|\y(begin|then|else|loop|execute)\y)\s*(set|reset|discard)\y`
  const { rows } = await backend.query(`
    select p.prosrc from pg_catalog.pg_proc as p join pg_catalog.pg_language as l on l.oid = p.prolang
    where l.lanname not in ('internal', 'c') and p.oid >= 16384 and p.prosrc ~* ${quote(pattern)}`)
  return rows.map(([source]) => source!)
}
