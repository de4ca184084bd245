import { randomInt } from 'node:crypto'
import type { Socket } from 'node:net'
import type { BackendSink } from '../protocol/backend-reader.js'
import { ProtocolError } from '../protocol/errors.js'
import type { FrontendMessage } from '../protocol/frontend.js'
import { backend as reply, frontend } from '../protocol/messages.js'
import { needsCare, takeCare, type Aftermath } from './aftermath.js'
import type { Backend, Result } from './backend.js'
import { Cancellation } from './cancellation.js'
import { Inbox, isBacklogged } from './inbox.js'
import type { Session } from './session.js'
import { Transaction } from './transaction.js'
import { Translator } from './translator.js'
import type { Participant, Turns } from './turns.js'
import { createUnit, isSimple, type Unit } from './unit.js'

/** A client after its startup: forwards its messages to the engine when it has a turn, and gets the output. */
export class Client implements Participant, BackendSink {
  readonly pid: number
  readonly secret = randomInt(1, 2 ** 31)
  readonly session: Session
  idleSince: number | undefined
  readonly #socket: Socket
  readonly #turns: Turns
  readonly #translator: Translator
  readonly #onStarted: ((result: Result | undefined) => void) | undefined
  #isStarted: boolean
  #backend: Backend | undefined
  readonly #inbox = new Inbox()
  #outbox: Buffer[] = []
  #unit: Unit | undefined
  #status = 'I'
  /** Whether messages are ignored until Sync, after an error that the engine has not caused or has already left. */
  #isSkipping = false
  readonly #transaction = new Transaction()
  #hasFailed = false
  #hidesReady = false
  #isPinned = false
  #isGone = false
  #hasLeft = false
  #isBusy = false
  #unacknowledged = 0
  readonly #cancellation = new Cancellation()
  /** Refuses the statement whose turn is about to begin. */
  #canceled: ProtocolError | undefined

  /** @param onStarted - called when the engine has accepted the settings of the session; without it, they are known */
  constructor(pid: number, session: Session, socket: Socket, turns: Turns, onStarted?: (result?: Result) => void) {
    this.pid = pid
    this.session = session
    this.#socket = socket
    this.#turns = turns
    this.#translator = new Translator(session, turns)
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
    this.#inbox.push(message)
  }

  /** Forwards what can be forwarded now. */
  pump(): void {
    while (this.#inbox.first && this.#step(this.#inbox.first)) this.#inbox.shift()
    this.#flush()
    if (this.#inbox.length === 0 && this.#isGone && !this.#hasLeft) this.#leave()
    const { isFull } = this.#inbox
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
    if (!unit && 'dcfH'.includes(type)) return true
    if (!unit && type === 'S') {
      this.#isSkipping = false
      this.#socket.write(reply.readyForQuery(this.#status))
      return true
    }
    if (!this.#turns.isHolder(this)) {
      if (this.#turns.isKept && !unit && this.#postponeParses()) return true
      if (!this.#turns.isWaiting(this)) this.#turns.request(this)
      return false
    }
    if (unit?.isCopying && isBacklogged(this.#backend!.engine.backlog)) {
      setTimeout(() => this.pump(), 5)
      return false
    }
    this.#forward(message)
    return true
  }

  #forward(message: FrontendMessage): void {
    const { type } = message
    const unit = (this.#unit ??= createUnit(type))
    if (unit.isCopying) {
      this.#outbox.push(message.bytes)
      if (type === 'c' || type === 'f') unit.isCopying = false
      return
    }
    if ('dcf'.includes(type)) return
    this.#outbox.push(...this.#translator.translate(message, unit))
    unit.isComplete = isSimple(type) || type === 'S'
    if (type === 'H' && this.#inbox.length === 1) this.#leaveAfterFlush(unit)
  }

  /**
   * Answers messages that only prepare statements while another client keeps the engine, which may wait for this one:
   * pgbench prepares the statements of all its clients in one thread. The engine prepares them when they are used.
   */
  #postponeParses(): boolean {
    const parses = this.#inbox.getParses()
    if (!this.#isStarted || !this.#translator.postpone(parses)) return false
    this.#turns.withdraw(this)
    for (const _ of parses) {
      this.#socket.write(reply.parseComplete())
      this.#inbox.shift()
    }
    this.#socket.write(reply.readyForQuery(this.#status))
    return true
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
    if (type === 'C') this.#transaction.onCommand(body)
    if (type === 'E' && unit) unit.isCopying = false
    if ((type === 'G' || type === 'W') && unit) {
      unit.isCopying = true
      // COPY ignores a Sync that follows Execute.
      if (unit.isExtended) unit.isComplete = false
      setImmediate(() => this.pump())
    }
    if (type !== 'Z') return this.#translator.isVisible(type)
    this.#translator.end()
    this.#status = body.toString('latin1')
    const isHidden = this.#hidesReady
    if (isHidden && this.#hasFailed) this.#isSkipping = true
    this.#cancellation.end()
    this.#unit = undefined
    this.#hidesReady = false
    const hasFailed = this.#hasFailed
    this.#hasFailed = false
    const lasting = this.#transaction.add(unit?.effects ?? [], this.#status !== 'I')
    const aftermath = { ...lasting, hasFailed, isPinned: this.#isPinned }
    if (this.#status === 'I' && needsCare(aftermath, this.session)) {
      this.#isBusy = true
      const ready = isHidden ? Buffer.alloc(0) : reply.readyForQuery(this.#status)
      setImmediate(() => void this.#care(aftermath, ready))
      return false
    }
    setImmediate(() => this.#end())
    return !isHidden
  }

  /** Does what has to be done before the client continues. */
  async #care(aftermath: Aftermath, ready: Buffer): Promise<void> {
    try {
      this.#isPinned = await takeCare(aftermath, this.session, this.#turns, this.#backend!)
    } catch {
      return // The engine has ended.
    }
    this.#isBusy = false
    this.write(ready)
    this.#end()
  }

  /** Ends a unit. */
  #end(): void {
    if (this.#isBusy || this.#unit) return
    if (this.#status === 'I' && !this.#isPinned) this.#turns.release(this)
    else this.#turns.keep(this)
    this.pump()
  }

  write(bytes: Buffer): void {
    if (this.#socket.writable) this.#socket.write(bytes)
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
    if (this.#unit && this.#backend) this.#cancellation.setLimit(ms, this.#backend.engine)
  }

  /** Cancels the statement of this client, whether it waits or runs. */
  cancel(): void {
    const error = new ProtocolError('57014', 'canceling statement due to user request')
    if (this.#turns.isWaiting(this)) {
      this.#turns.withdraw(this)
      this.refuse(error)
    } else if (this.#turns.isHolder(this) && this.#unit && !this.#isBusy) {
      if (this.#backend) this.#cancellation.start(this.#backend.engine)
    } else if (!this.#turns.isHolder(this) && this.#inbox.length > 0) {
      this.#canceled = error
    }
  }

  refuse(error: ProtocolError): void {
    if (!this.#isStarted) return this.terminate(error)
    const { first } = this.#inbox
    this.#socket.write(reply.error('ERROR', error))
    if (first && 'QF'.includes(first.type)) {
      this.#inbox.shift()
      this.#socket.write(reply.readyForQuery(this.#status))
    } else {
      this.#isSkipping = true
    }
    this.pump()
  }

  terminate(error: ProtocolError): void {
    this.#socket.end(reply.error('FATAL', error))
    if (!this.#isStarted) this.#turns.withdraw(this)
    this.#inbox.clear()
    this.#cancellation.end()
    this.disconnect()
  }

  get isGone(): boolean {
    return this.#isGone
  }

  /** Ends the session after the client's complete messages, or at once when its socket is closed. */
  disconnect(): void {
    this.#isGone = true
    if (this.#socket.destroyed) this.#inbox.clear()
    this.#acknowledge()
    if (!this.#hasLeft) this.pump()
  }

  /** Ends the client's open statement and transaction, step by step. */
  #leave(): void {
    const unit = this.#unit
    if (!this.#turns.isHolder(this)) return this.#depart()
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
      this.#unit = { ...createUnit('Q'), isComplete: true, onlyPrepares: false }
      this.#outbox.push(frontend.query('rollback'))
    }
    if (!unit && this.#status === 'I') return this.#depart()
    this.#flush()
  }

  #depart(): void {
    this.#hasLeft = true
    this.#turns.withdraw(this)
    if (!this.#socket.destroyed) this.#socket.end()
    // Before the next client's turn, which must not find what this one has left.
    this.#turns.forget(this.session)
    this.#turns.release(this)
  }
}
