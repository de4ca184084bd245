import type { Engine } from '../engine/engine.js'

/** Cancels the running statement of a client, at its request or after its time limit. */
export class Cancellation {
  #retry: NodeJS.Timeout | undefined
  #limit: NodeJS.Timeout | undefined

  /** Cancels the statement, again until it ends: the thread may not have started it yet. */
  start(engine: Engine): void {
    engine.cancel()
    clearInterval(this.#retry)
    this.#retry = setInterval(() => engine.cancel(), 200).unref()
  }

  /** Cancels the statement after this time, in milliseconds. */
  setLimit(ms: number, engine: Engine): void {
    this.#limit ??= setTimeout(() => this.start(engine), ms).unref()
  }

  /** Records the end of the statement. */
  end(): void {
    clearInterval(this.#retry)
    clearTimeout(this.#limit)
    this.#limit = undefined
  }
}
