import type { Engine } from '../engine/engine.js'
import { BackendReader, type BackendSink } from '../protocol/backend-reader.js'
import { frontend } from '../protocol/messages.js'

/** The result of a query of the server itself. */
export interface Result {
  readonly rows: readonly (readonly (string | null)[])[]
  /** The parameters that changed; the key is the name. */
  readonly parameters: ReadonlyMap<string, string>
}

/** The one session of the engine, and which client gets its output. */
export class Backend {
  readonly engine: Engine
  /** The parameters that PostgreSQL reports to a new client. */
  readonly parameters: ReadonlyMap<string, string>
  /** Receives each notification. Returns whether it passes on to the client that gets the output. */
  onNotification: (body: Buffer, sink: BackendSink | undefined) => boolean = () => false
  #sink: BackendSink | undefined
  readonly #reader = new BackendReader()
  #fail: ((error: Error) => void) | undefined

  constructor(engine: Engine) {
    this.engine = engine
    const parameters = new Map<string, string>()
    new BackendReader().push(engine.greeting, {
      onMessage: (type, body) => {
        if (type === 'S') readParameter(body, parameters)
        return false
      },
      write: () => {},
    })
    this.parameters = parameters
    engine.onOutput = (bytes) => {
      this.#reader.push(bytes, this)
      if (!this.#sink) engine.acknowledge(bytes.length)
      else this.#sink.onOutput?.(bytes.length)
    }
    engine.onTimeLimit = (ms) => this.#sink?.onTimeLimit?.(ms)
    void engine.ended.then((reason) => this.#fail?.(new Error(reason)))
  }

  /** Passes the output to a client. Without one, it is dropped. */
  connect(sink: BackendSink | undefined): void {
    this.#sink = sink
  }

  onMessage(type: string, body: Buffer): boolean {
    if (type === 'A') return this.onNotification(body, this.#sink)
    return this.#sink?.onMessage(type, body) ?? false
  }

  write(bytes: Buffer): void {
    this.#sink?.write(bytes)
  }

  /**
   * Runs a query of the server itself.
   *
   * @param before - messages to send first
   * @throws {Error} when it fails, with the fields of PostgreSQL's message, or when the engine ends
   */
  query(sql: string, before: readonly Buffer[] = []): Promise<Result> {
    const sink = this.#sink
    const rows: (string | null)[][] = []
    const parameters = new Map<string, string>()
    let error: Buffer | undefined
    return new Promise((resolve, reject) => {
      const settle = (failure?: Error) => {
        this.#sink = sink
        this.#fail = undefined
        this.#reader.wantsRows = false
        if (failure) reject(failure)
        else resolve({ rows, parameters })
      }
      this.#fail = settle
      this.#reader.wantsRows = true
      this.#sink = {
        write: () => {},
        onOutput: (bytes) => this.engine.acknowledge(bytes),
        onMessage: (type, body) => {
          if (type === 'D') rows.push(readRow(body))
          else if (type === 'S') readParameter(body, parameters)
          else if (type === 'E') error ??= Buffer.from(body)
          else if (type === 'Z') settle(error && new QueryError(error))
          return false
        },
      }
      this.engine.send(Buffer.concat([...before, frontend.query(sql)]))
    })
  }
}

/** Reports that a query of the server failed. */
class QueryError extends Error {
  readonly code: string

  constructor(body: Buffer) {
    const fields = new Map(
      body
        .toString()
        .split('\0')
        .map((field) => [field[0], field.slice(1)]),
    )
    super(fields.get('M') ?? 'the engine reported an error')
    this.code = fields.get('C') ?? 'XX000'
  }
}

function readParameter(body: Buffer, parameters: Map<string, string>): void {
  const [name, value] = body.toString().split('\0')
  parameters.set(name!, value!)
}

function readRow(body: Buffer): (string | null)[] {
  const row: (string | null)[] = []
  for (let at = 2; at < body.length;) {
    const size = body.readInt32BE(at)
    at += 4
    row.push(size < 0 ? null : body.toString('utf8', at, at + size))
    at += Math.max(size, 0)
  }
  return row
}

/** Returns a text as a literal of SQL under any setting of `standard_conforming_strings`. */
export function quote(text: string): string {
  return `e'${text.replaceAll('\\', '\\\\').replaceAll("'", "\\'")}'`
}
