/** A database that a test has started. */
export interface TestDatabase {
  readonly port: number
  readonly url: string
  /** Ends it and removes its data. */
  stop(): Promise<void>
}
