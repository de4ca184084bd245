import type { FrontendMessage } from '../protocol/frontend.js'
import type { Effects } from './effects.js'

/** The messages of a client up to the next ReadyForQuery. */
export interface Unit {
  readonly isExtended: boolean
  /** Whether ReadyForQuery is to come without a further message. */
  isComplete: boolean
  /** Whether COPY FROM STDIN reads data. */
  isCopying: boolean
  /** Whether it has only prepared and described statements. */
  onlyPrepares: boolean
  readonly effects: Effects[]
}

/** Returns a unit that starts with a message of this type. */
export function createUnit(type: string): Unit {
  return { isExtended: !isSimple(type), isComplete: false, isCopying: false, onlyPrepares: true, effects: [] }
}

/** Returns whether ReadyForQuery follows a message of this type without Sync. */
export function isSimple(type: string): boolean {
  return type === 'Q' || type === 'F'
}

/** Returns whether a message does more than prepare and describe statements. */
export function runs({ type, body }: FrontendMessage): boolean {
  return 'QFBE'.includes(type) || ('CD'.includes(type) && body[0] === 0x50)
}
