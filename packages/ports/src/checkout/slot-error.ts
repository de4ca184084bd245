/** The kind of problem that a `SlotError` reports. */
export type SlotErrorCode =
  /** The environment belongs to another checkout. */
  | 'FOREIGN_ENVIRONMENT'
  /** A newer version of this package wrote the ledger. */
  | 'NEWER_LEDGER'
  /** The ledger could not be written, such as on a full disk. */
  | 'WRITE_FAILED'
  /** There is no ledger, and the registered ports are in use. */
  | 'NO_LEDGER'
  /** Every offset meets a port of another. */
  | 'NO_FREE_SLOT'
  /** The slot's checkout runs, or its ports are in use. */
  | 'SLOT_IN_USE'
  /** The offset is not one that the registry can have. */
  | 'INVALID_SLOT'
  /** The file of variables could not be read. */
  | 'ENV_FILE'

/** A slot that cannot be used, taken or freed. Its message has the reason and the fix. */
export class SlotError extends Error {
  readonly code: SlotErrorCode

  constructor(code: SlotErrorCode, message: string, options?: ErrorOptions) {
    super(message, options)
    this.name = 'SlotError'
    this.code = code
  }
}
