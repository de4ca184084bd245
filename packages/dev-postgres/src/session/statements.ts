import { frontend } from '../protocol/messages.js'
import type { PreparedStatement, Session } from './session.js'

/**
 * Whose statement each name in the engine is. A name moves to a client when it uses it: the other client's statement is
 * closed, and prepared again when that client uses the name.
 */
export class Statements {
  readonly #owners = new Map<string, Session>()

  /** Returns the messages that bind a name to the client's statement; none when it is bound already. */
  take(session: Session, name: string): Buffer[] {
    if (this.#owners.get(name) === session) return []
    this.#owners.set(name, session)
    const own: PreparedStatement | undefined = session.statements.get(name)
    return [frontend.closeStatement(name), ...(own ? [own.parse] : [])]
  }

  /** Returns the messages that make all names in the engine those of the client. */
  takeAll(session: Session): Buffer[] {
    const others = [...this.#owners].filter(([, owner]) => owner !== session).map(([name]) => name)
    for (const name of others) this.#owners.delete(name)
    return [
      ...others.map(frontend.closeStatement),
      ...[...session.statements.keys()].flatMap((name) => this.take(session, name)),
    ]
  }

  /** Records that the state of a name in the engine is unknown, or with a session, that of all names but its own. */
  forget(name: string | Session): void {
    if (typeof name === 'string') this.#owners.delete(name)
    else for (const [each, owner] of this.#owners) if (owner !== name) this.#owners.delete(each)
  }

  /** Records that the engine has no statements. */
  clear(): void {
    this.#owners.clear()
  }

  /** Returns the messages that remove the statements of a client from the engine. */
  release(session: Session): Buffer[] {
    const names = [...this.#owners].filter(([, owner]) => owner === session).map(([name]) => name)
    for (const name of names) this.#owners.delete(name)
    return names.map(frontend.closeStatement)
  }
}
