import { randomInt } from 'node:crypto'
import type { Socket } from 'node:net'
import type { BackendSink } from '../protocol/backend-reader.js'
import { ProtocolError } from '../protocol/errors.js'
import { readString, type FrontendMessage } from '../protocol/frontend.js'
import { backend as reply, frontend } from '../protocol/messages.js'
import type { Backend, Result } from './backend.js'
import { findCustomSettings, findEffects, type Effects } from './effects.js'
import { Replies } from './replies.js'
import type { Session } from './session.js'
import type { Participant, Turns } from './turns.js'

/** The input that waits for the engine before the server reads no more from the client, in bytes. */
const inputLimit = 16 * 1024 * 1024

const none = findEffects('')

/** The messages up to the next ReadyForQuery. */
interface Unit {
  readonly isExtended: boolean
  /** Whether ReadyForQuery is to come without a further message. */
  isComplete: boolean
  /** Whether COPY FROM STDIN reads data. */
  isCopying: boolean
  /** Whether it has only prepared and described statements. */
  onlyPrepares: boolean
  readonly effects: Effects[]
}

/** A client after its startup: forwards its messages to the engine when it has a turn, and gets the output. */
export class Client implements Participant, BackendSink {
  readonly pid: number
  readonly secret = randomInt(1, 2 ** 31)
  readonly session: Session
  idleSince: number | undefined
  readonly #socket: Socket
  readonly #turns: Turns
  readonly #replies = new Replies()
  readonly #onStarted: ((result: Result | undefined) => void) | undefined
  #isStarted: boolean
  #backend: Backend | undefined
  #inbox: FrontendMessage[] = []
  #inboxSize = 0
  #outbox: Buffer[] = []
  #unit: Unit | undefined
  #status = 'I'
  /** Whether messages are ignored until Sync, after an error that the engine has not caused or has already left. */
  #isSkipping = false
  #hasFailed = false
  #hidesReady = false
  #isPinned = false
  #isGone = false
  #hasLeft = false
  #isBusy = false
  #unacknowledged = 0
  #cancelTimer: NodeJS.Timeout | undefined
  #timeLimit: NodeJS.Timeout | undefined
  /** Refuses the statement whose turn is about to begin. */
  #canceled: ProtocolError | undefined

  /** @param onStarted - called when the engine has accepted the settings of the session; without it, they are known */
  constructor(pid: number, session: Session, socket: Socket, turns: Turns, onStarted?: (result?: Result) => void) {
    this.pid = pid
    this.session = session
    this.#socket = socket
    this.#turns = turns
    this.#onStarted = onStarted
    this.#isStarted = !onStarted
    socket.on('drain', () => this.#acknowledge())
    if (onStarted) turns.request(this)
  }

  /**
   * Adds a message, which `pump` forwards.
   *
   * @throws {ProtocolError} when a string in it does not end
   */
  receive(message: FrontendMessage): void {
    checkStrings(message)
    this.#inbox.push(message)
    this.#inboxSize += message.bytes.length
  }

  /** Forwards what can be forwarded now. */
  pump(): void {
    while (this.#inbox.length > 0 && this.#step(this.#inbox[0]!)) {
      this.#inboxSize -= this.#inbox.shift()?.bytes.length ?? 0
    }
    this.#flush()
    if (this.#inbox.length === 0 && this.#isGone && !this.#hasLeft) this.#leave()
    const isFull = this.#inboxSize > inputLimit
    if (isFull && !this.#socket.isPaused()) this.#socket.pause()
    else if (!isFull && this.#socket.isPaused()) this.#socket.resume()
    const isHolder = this.#turns.isHolder(this)
    const isReading = !this.#unit?.isComplete || this.#unit.isCopying
    if (!isHolder || this.#isBusy) this.idleSince = undefined
    else if (isReading ? this.#inbox.length === 0 : this.#socket.writableNeedDrain) this.idleSince ??= performance.now()
    else this.idleSince = undefined
  }

  /** Handles one message. Returns false when it has to wait. */
  #step(message: FrontendMessage): boolean {
    const { type } = message
    const unit = this.#unit
    if (this.#isBusy || (unit?.isComplete && !unit.isCopying)) return false
    if (type === 'X') {
      this.#isGone = true
      return true
    }
    if (this.#isSkipping && type !== 'S') return true
    if (!unit && 'dcf'.includes(type)) return true
    if (!unit && type === 'H') return true
    if (!unit && type === 'S') {
      this.#isSkipping = false
      this.#socket.write(reply.readyForQuery(this.#status))
      return true
    }
    if (!this.#turns.isHolder(this)) {
      if (!this.#turns.isWaiting(this)) this.#turns.request(this)
      return false
    }
    if (unit?.isCopying && this.#backend!.engine.backlog > inputLimit) {
      setTimeout(() => this.pump(), 5)
      return false
    }
    this.#forward(message)
    return true
  }

  #forward(message: FrontendMessage): void {
    const { type, body } = message
    const isSimple = type === 'Q' || type === 'F'
    const unit = (this.#unit ??= {
      isExtended: !isSimple,
      isComplete: false,
      isCopying: false,
      onlyPrepares: true,
      effects: [],
    })
    if (unit.isCopying) {
      this.#outbox.push(message.bytes)
      if (type === 'c' || type === 'f') unit.isCopying = false
      return
    }
    if ('dcf'.includes(type)) return
    if (isSimple || 'BEF'.includes(type) || ('CD'.includes(type) && body[0] === 0x50)) unit.onlyPrepares = false
    if (type === 'Q') this.#note(findEffects(readString(body)), readString(body))
    if (type === 'F') this.session.isDirty = true
    if (type === 'P') this.#parse(message)
    else if (type === 'B') this.#bind(body)
    else if (type === 'D' && body[0] === 0x53) this.#take(readString(body, 1))
    else if (type === 'C') {
      if (body[0] === 0x53) {
        const name = readString(body, 1)
        this.session.statements.delete(name)
        this.#turns.statements.forget(name)
      }
      this.#replies.expectClose()
    }
    // PostgreSQL drops the statement without a name at a simple query.
    if (type === 'Q' && this.session.statements.delete('')) this.#turns.statements.forget('')
    this.#outbox.push(message.bytes)
    unit.isComplete = isSimple || type === 'S'
    if (type === 'H' && this.#inbox.length === 1) this.#leaveAfterFlush(unit)
  }

  #parse(message: FrontendMessage): void {
    const name = readString(message.body)
    const sql = readString(message.body, Buffer.byteLength(name) + 1)
    const effects = findEffects(sql)
    this.#take(name)
    this.#replies.expectParse(this.session, this.#turns.statements, name, { parse: message.bytes, effects })
    if (effects.isDirty) this.#addCustomSettings(sql)
  }

  #bind(body: Buffer): void {
    const name = readString(body, body.indexOf(0) + 1)
    this.#take(name)
    const effects = this.session.statements.get(name)?.effects ?? none
    this.#note(effects, effects.isDirty ? body.toString('latin1') : '')
  }

  /** Records what a statement may do, before it runs. */
  #note(effects: Effects, text: string): void {
    this.#unit!.effects.push(effects)
    if (effects.isDirty || effects.pins) this.session.isDirty = true
    if (effects.isDirty) this.#addCustomSettings(text)
    if (effects.definesFunctions) this.#turns.functionsSet = undefined
    if (effects.namesStatements) this.#send(this.#turns.statements.takeAll(this.session))
    if (effects.deallocates) this.#turns.statements.forget(this.session)
  }

  #addCustomSettings(text: string): void {
    for (const name of findCustomSettings(text))
      if (this.#turns.customSettings.size < 1000) this.#turns.customSettings.add(name)
  }

  #take(name: string): void {
    this.#send(this.#turns.statements.take(this.session, name))
  }

  /** Sends messages whose answers the client does not get. */
  #send(messages: readonly Buffer[]): void {
    this.#replies.expectHidden(messages)
    this.#outbox.push(...messages)
  }

  /**
   * Ends a unit that has only prepared statements, which keeps nothing of its transaction. Clients such as asyncpg send
   * Flush after Parse, and Sync only when they execute the statement, which may be never.
   */
  #leaveAfterFlush(unit: Unit): void {
    if (!unit.onlyPrepares || this.#status !== 'I') return
    this.#hidesReady = true
    unit.isComplete = true
    this.#outbox.push(frontend.sync())
  }

  #flush(): void {
    if (this.#outbox.length === 0) return
    const bytes = this.#outbox.length === 1 ? this.#outbox[0]! : Buffer.concat(this.#outbox)
    this.#outbox = []
    this.#backend?.engine.send(bytes)
  }

  begin(backend: Backend, entered: Result | undefined): void {
    this.#backend = backend
    const canceled = this.#canceled
    this.#canceled = undefined
    if (canceled) {
      this.#turns.release(this)
      this.refuse(canceled)
      return
    }
    if (this.#isStarted) {
      backend.connect(this)
    } else {
      this.#isStarted = true
      this.#onStarted?.(entered)
      this.#turns.release(this)
    }
    this.pump()
    // The message that it asked for may have been dropped in the meantime.
    if (this.#turns.isHolder(this) && !this.#unit && this.#status === 'I' && !this.#isPinned) this.#turns.release(this)
  }

  onMessage(type: string, body: Buffer): boolean {
    const unit = this.#unit
    if (type === 'E') this.#hasFailed = true
    if (type === 'E' && unit) unit.isCopying = false
    if ((type === 'G' || type === 'W') && unit) {
      unit.isCopying = true
      // COPY ignores a Sync that follows Execute.
      if (unit.isExtended) unit.isComplete = false
      setImmediate(() => this.pump())
    }
    if (type !== 'Z') return this.#replies.isVisible(type)
    this.#replies.end()
    this.#status = body.toString('latin1')
    const isHidden = this.#hidesReady
    if (isHidden && this.#hasFailed) this.#isSkipping = true
    clearInterval(this.#cancelTimer)
    clearTimeout(this.#timeLimit)
    this.#timeLimit = undefined
    this.#unit = undefined
    this.#hidesReady = false
    const hasFailed = this.#hasFailed
    this.#hasFailed = false
    if (unit && this.#needsCare(unit, hasFailed)) {
      this.#isBusy = true
      const ready = isHidden ? Buffer.alloc(0) : reply.readyForQuery(this.#status)
      setImmediate(() => void this.#care(unit, hasFailed, ready))
      return false
    }
    setImmediate(() => this.#end())
    return !isHidden
  }

  #needsCare({ effects }: Unit, hasFailed: boolean): boolean {
    if (this.#status !== 'I') return false
    const resets = this.session.startup.size > 0 && effects.some((each) => each.resets)
    return resets || this.#isPinned || effects.some((each) => each.pins || (each.channels.length > 0 && !hasFailed))
  }

  /** Does what has to be done before the client continues. */
  async #care({ effects }: Unit, hasFailed: boolean, ready: Buffer): Promise<void> {
    const backend = this.#backend!
    try {
      if (!hasFailed)
        await this.#turns.listen(
          this.session,
          effects.flatMap((each) => each.channels),
          backend,
        )
      if (effects.some((each) => each.resets)) await this.session.restoreStartup(backend)
      if (this.#isPinned || effects.some((each) => each.pins)) this.#isPinned = await holdsMore(backend)
    } catch {
      return // The engine has ended.
    }
    this.#isBusy = false
    this.#socket.write(ready)
    this.#end()
  }

  /** Ends a unit. */
  #end(): void {
    if (this.#isBusy || this.#unit) return
    if (this.#status === 'I' && !this.#isPinned) this.#turns.release(this)
    this.pump()
  }

  write(bytes: Buffer): void {
    if (!this.#socket.destroyed) this.#socket.write(bytes)
  }

  onOutput(bytes: number): void {
    this.#unacknowledged += bytes
    if (!this.#socket.writableNeedDrain || this.#socket.destroyed) this.#acknowledge()
    else this.idleSince ??= performance.now()
  }

  #acknowledge(): void {
    if (this.#unacknowledged === 0) return
    this.#backend?.engine.acknowledge(this.#unacknowledged)
    this.#unacknowledged = 0
    this.idleSince = undefined
  }

  onTimeLimit(ms: number): void {
    if (this.#unit) this.#timeLimit ??= setTimeout(() => this.cancel(), ms).unref()
  }

  /** Cancels the statement of this client, whether it waits or runs. */
  cancel(): void {
    const error = new ProtocolError('57014', 'canceling statement due to user request')
    if (this.#turns.isWaiting(this)) {
      this.#turns.withdraw(this)
      this.refuse(error)
    } else if (this.#turns.isHolder(this) && this.#unit && !this.#isBusy) {
      // The thread may not have started the statement yet.
      const cancel = () => this.#backend?.engine.cancel()
      cancel()
      clearInterval(this.#cancelTimer)
      this.#cancelTimer = setInterval(cancel, 200).unref()
    } else if (!this.#turns.isHolder(this) && this.#inbox.length > 0) {
      this.#canceled = error
    }
  }

  refuse(error: ProtocolError): void {
    if (!this.#isStarted) return this.terminate(error)
    const first = this.#inbox[0]
    this.#socket.write(reply.error('ERROR', error))
    if (first && 'QF'.includes(first.type)) {
      this.#inboxSize -= this.#inbox.shift()!.bytes.length
      this.#socket.write(reply.readyForQuery(this.#status))
    } else {
      this.#isSkipping = true
    }
    this.pump()
  }

  terminate(error: ProtocolError): void {
    this.#socket.end(reply.error('FATAL', error))
    if (!this.#isStarted) this.#turns.withdraw(this)
    this.#inbox = []
    this.disconnect()
  }

  /** Ends the session after what the client has sent completely, or at once when its socket is closed. */
  disconnect(): void {
    this.#isGone = true
    if (this.#socket.destroyed) this.#inbox = []
    this.#acknowledge()
    if (!this.#hasLeft) this.pump()
  }

  /** Ends what the client has left open in the engine, step by step. */
  #leave(): void {
    const unit = this.#unit
    if (!this.#turns.isHolder(this)) {
      this.#turns.withdraw(this)
      if (!this.#socket.destroyed) this.#socket.end()
      this.#turns.forget(this.session)
      this.#hasLeft = true
      return
    }
    if (this.#isBusy) return
    if (unit?.isCopying) {
      this.#outbox.push(frontend.copyFail('the client has disconnected'))
      unit.isCopying = false
    }
    if (unit && !unit.isComplete) {
      this.#outbox.push(frontend.sync())
      unit.isComplete = true
    }
    if (!unit && this.#status !== 'I') {
      this.#unit = { isExtended: false, isComplete: true, isCopying: false, onlyPrepares: false, effects: [] }
      this.#outbox.push(frontend.query('rollback'))
    }
    if (!unit && this.#status === 'I') {
      this.#isPinned = false
      this.#turns.release(this)
      return this.#leave()
    }
    this.#flush()
  }
}

/** The offset of the first string in a message, and how many strings it starts with. */
const strings: Readonly<Record<string, readonly [offset: number, count: number]>> = {
  Q: [0, 1],
  P: [0, 2],
  B: [0, 2],
  D: [1, 1],
  C: [1, 1],
}

function checkStrings({ type, body }: FrontendMessage): void {
  let [offset, count] = strings[type] ?? [0, 0]
  for (; count > 0; count--) {
    offset = body.indexOf(0, offset) + 1
    if (offset === 0) throw new ProtocolError('08P01', 'invalid string in message')
  }
}

/** Returns whether the session holds what only one client can have. */
async function holdsMore(backend: Backend): Promise<boolean> {
  const { rows } = await backend.query(`
    select (select pg_catalog.count(*) from pg_catalog.pg_locks where locktype = 'advisory')
      + (select pg_catalog.count(*) from pg_catalog.pg_cursors where is_holdable)
      + (select pg_catalog.count(*) from pg_catalog.pg_class where relnamespace = pg_catalog.pg_my_temp_schema())`)
  return rows[0]?.[0] !== '0'
}
