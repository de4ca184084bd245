import { readString } from '../protocol/frontend.js'
import type { PreparedStatement, Session } from './session.js'
import type { Statements } from './statements.js'

interface Expected {
  readonly type: '1' | '3'
  readonly isHidden: boolean
  /** Reverts what was assumed when PostgreSQL does not execute the message. */
  readonly revert?: () => void
}

/** Which completions of Parse and Close are to come, and which of them the server has caused itself. */
export class Replies {
  #expected: Expected[] = []

  /** Records messages that the server sends for itself. */
  expectHidden(messages: readonly Buffer[], statements: Statements): void {
    for (const message of messages) {
      if (message[0] !== 0x50) {
        this.#expected.push({ type: '3', isHidden: true })
        continue
      }
      const name = readString(message, 5)
      this.#expected.push({ type: '1', isHidden: true, revert: () => statements.forget(name) })
    }
  }

  /** Records a Parse of the client, and its statement. */
  expectParse(session: Session, statements: Statements, name: string, prepared: PreparedStatement): void {
    const previous = name === '' ? undefined : session.statements.get(name)
    session.statements.set(name, prepared)
    const revert = () => {
      if (previous) session.statements.set(name, previous)
      else session.statements.delete(name)
      statements.forget(name)
    }
    this.#expected.push({ type: '1', isHidden: false, revert })
  }

  /** Records a Close of the client. */
  expectClose(): void {
    this.#expected.push({ type: '3', isHidden: false })
  }

  /** Returns whether the client gets this completion. */
  isVisible(type: string): boolean {
    return type !== '1' && type !== '3' ? true : this.#expected.shift()?.isHidden !== true
  }

  /** Ends the statement: what has not completed was skipped after an error. */
  end(): void {
    for (const { revert } of this.#expected.toReversed()) revert?.()
    this.#expected = []
  }
}
