/** A database started by a test. */
export interface TestDatabase {
  readonly port: number
  readonly url: string
  /** Stops it and deletes its data. */
  stop(): Promise<void>
}
