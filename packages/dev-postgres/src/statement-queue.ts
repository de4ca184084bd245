import type { PGlite } from '@electric-sql/pglite'

type Database = Pick<PGlite, 'exec' | 'execProtocolRawStream' | 'isInTransaction' | 'runExclusive'>

interface Statement {
  readonly clientId: number
  readonly messages: readonly Uint8Array[]
  readonly onData: (data: Uint8Array) => void
  readonly done: (bytes: number) => void
  readonly failed: (error: Error) => void
}

/** The types of messages that form one statement until Sync ends it: Parse, Bind, Describe, Execute, Close, Flush. */
const partial = new Set(['P', 'B', 'D', 'E', 'C', 'H'].map((letter) => letter.charCodeAt(0)))

/**
 * Runs the statements of many clients on one shared session. Each statement runs whole, and an open transaction
 * blocks the statements of other clients. The queue of pglite-socket takes single messages, so that another client's
 * BEGIN can come between the parts of a statement.
 */
export class StatementQueue {
  readonly #db: Database
  readonly #parts = new Map<number, Uint8Array[]>()
  #waiting: Statement[] = []
  #isRunning = false
  /** The client with the open transaction. */
  #owner: number | undefined

  constructor(db: Database) {
    this.#db = db
  }

  /** Queues a message of a client. Resolves to the size of the response in bytes when its statement has run. */
  enqueue(clientId: number, message: Uint8Array, onData: (data: Uint8Array) => void): Promise<number> {
    const parts = this.#parts.get(clientId) ?? []
    this.#parts.set(clientId, parts)
    parts.push(message)
    // The startup message has no type: its first byte is the first byte of its length, which is 0.
    if (partial.has(message[0]!)) return Promise.resolve(0)
    this.#parts.delete(clientId)
    return new Promise((done, failed) => {
      this.#waiting.push({ clientId, messages: parts, onData, done, failed })
      void this.#run()
    })
  }

  /** Drops the queued messages of a disconnected client. */
  clearQueueForHandler(clientId: number): void {
    this.#parts.delete(clientId)
    const isDropped = (statement: Statement) => statement.clientId === clientId
    for (const { failed } of this.#waiting.filter(isDropped)) failed(new Error('the client has disconnected'))
    this.#waiting = this.#waiting.filter((statement) => !isDropped(statement))
  }

  /** Rolls back the open transaction of a disconnected client. */
  async clearTransactionIfNeeded(clientId: number): Promise<void> {
    // Waits for the running statement, which may begin or end a transaction.
    await this.#db.runExclusive(async () => {})
    if (this.#owner !== clientId) return
    await this.#db.exec('rollback')
    this.#owner = undefined
    void this.#run()
  }

  /** Returns the number of queued statements. */
  getQueueLength(): number {
    return this.#waiting.length
  }

  async #run(): Promise<void> {
    if (this.#isRunning) return
    this.#isRunning = true
    for (let next = this.#take(); next; next = this.#take()) await this.#execute(next)
    this.#isRunning = false
  }

  #take(): Statement | undefined {
    const index = this.#waiting.findIndex(({ clientId }) => this.#owner === undefined || clientId === this.#owner)
    return index === -1 ? undefined : this.#waiting.splice(index, 1)[0]
  }

  async #execute({ clientId, messages, onData, done, failed }: Statement): Promise<void> {
    let bytes = 0
    const onRawData = (data: Uint8Array) => {
      bytes += data.length
      onData(data)
    }
    try {
      await this.#db.runExclusive(async () => {
        for (const message of messages) await this.#db.execProtocolRawStream(message, { onRawData })
        this.#owner = this.#db.isInTransaction() ? clientId : undefined
      })
      done(bytes)
    } catch (error) {
      failed(error as Error)
    }
  }
}
