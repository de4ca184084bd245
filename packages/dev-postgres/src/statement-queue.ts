import type { PGlite } from '@electric-sql/pglite'

type Database = Pick<PGlite, 'exec' | 'execProtocolRawStream' | 'isInTransaction' | 'runExclusive'>

interface Statement {
  readonly clientId: number
  readonly messages: readonly Uint8Array[]
  readonly onData: (data: Uint8Array) => void
  readonly done: (bytes: number) => void
  readonly failed: (error: Error) => void
}

/** The messages that together are one statement, up to the Sync that ends it: Parse, Bind, Describe, Execute, Close, Flush. */
const partial = new Set(['P', 'B', 'D', 'E', 'C', 'H'].map((letter) => letter.charCodeAt(0)))

/**
 * Runs the statements of many clients on the one session that they share: each statement whole, and
 * while one client is in a transaction, no other's. The socket server's own queue takes the parts of
 * a statement one by one, so that another client's BEGIN can come between them.
 */
export class StatementQueue {
  readonly #db: Database
  readonly #parts = new Map<number, Uint8Array[]>()
  #waiting: Statement[] = []
  #isRunning = false
  /** The client whose transaction is open. */
  #owner: number | undefined

  constructor(db: Database) {
    this.#db = db
  }

  /** Takes a message of a client; settles with the bytes of the answer once the statement that it ends has run. */
  enqueue(clientId: number, message: Uint8Array, onData: (data: Uint8Array) => void): Promise<number> {
    const parts = this.#parts.get(clientId) ?? []
    this.#parts.set(clientId, parts)
    parts.push(message)
    // A message without a type begins a connection; its first byte, of its length, is 0.
    if (partial.has(message[0]!)) return Promise.resolve(0)
    this.#parts.delete(clientId)
    return new Promise((done, failed) => {
      this.#waiting.push({ clientId, messages: parts, onData, done, failed })
      void this.#run()
    })
  }

  /** Forgets what a client that has gone was about to say. */
  clearQueueForHandler(clientId: number): void {
    this.#parts.delete(clientId)
    const isGone = (statement: Statement) => statement.clientId === clientId
    for (const { failed } of this.#waiting.filter(isGone)) failed(new Error('the client has gone'))
    this.#waiting = this.#waiting.filter((statement) => !isGone(statement))
  }

  /** Rolls back what a client that has gone left open. */
  async clearTransactionIfNeeded(clientId: number): Promise<void> {
    // After the statement that may be running, which may be the one that begins or ends a transaction.
    await this.#db.runExclusive(async () => {})
    if (this.#owner !== clientId) return
    await this.#db.exec('rollback')
    this.#owner = undefined
    void this.#run()
  }

  /** How many statements wait. */
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
