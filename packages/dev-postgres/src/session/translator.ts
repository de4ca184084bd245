import { readString, type FrontendMessage } from '../protocol/frontend.js'
import { findCustomSettings, findEffects, type Effects } from './effects.js'
import { Replies } from './replies.js'
import type { PreparedStatement, Session } from './session.js'
import type { Turns } from './turns.js'
import { runs, type Unit } from './unit.js'

const none = findEffects('')

/** Translates the messages of a client for the engine, whose statements have the same names for all clients. */
export class Translator {
  readonly #session: Session
  readonly #turns: Turns
  readonly #replies = new Replies()
  #output: Buffer[] = []

  constructor(session: Session, turns: Turns) {
    this.#session = session
    this.#turns = turns
  }

  /** Returns the messages for the engine, and records in the unit what they may do. */
  translate(message: FrontendMessage, unit: Unit): Buffer[] {
    const { type, body } = message
    if (runs(message)) unit.onlyPrepares = false
    if (type === 'Q') this.#note(unit, findEffects(readString(body)), readString(body))
    if (type === 'F') this.#session.isDirty = true
    if (type === 'P') this.#parse(message)
    else if (type === 'B') this.#bind(unit, body)
    else if (type === 'D' && body[0] === 0x53) this.#take(readString(body, 1))
    else if (type === 'C') this.#close(body)
    // PostgreSQL drops the statement without a name at a simple query.
    if (type === 'Q' && this.#session.statements.delete('')) this.#turns.statements.forget('')
    this.#output.push(message.bytes)
    const output = this.#output
    this.#output = []
    return output
  }

  /** Returns whether the client gets an answer of this type: the server causes some itself. */
  isVisible(type: string): boolean {
    return this.#replies.isVisible(type)
  }

  /** Ends a unit. */
  end(): void {
    this.#replies.end()
  }

  /**
   * Records statements that the engine prepares when the client uses them.
   *
   * @returns whether it has: a name that exists already is an error, which PostgreSQL reports
   */
  postpone(parses: readonly FrontendMessage[]): boolean {
    const names = parses.map(({ body }) => readString(body))
    const { statements } = this.#session
    const areNew = names.every((name, index) => name && !statements.has(name) && names.indexOf(name) === index)
    if (!areNew || names.length === 0) return false
    for (const [index, message] of parses.entries()) {
      statements.set(names[index]!, this.#read(message))
      this.#turns.statements.forget(names[index]!)
    }
    return true
  }

  #parse(message: FrontendMessage): void {
    const name = readString(message.body)
    this.#take(name)
    this.#replies.expectParse(this.#session, this.#turns.statements, name, this.#read(message))
  }

  #read({ body, bytes }: FrontendMessage): PreparedStatement {
    const sql = readString(body, body.indexOf(0) + 1)
    const effects = findEffects(sql)
    if (effects.isDirty) this.#addCustomSettings(sql)
    return { parse: bytes, effects }
  }

  #bind(unit: Unit, body: Buffer): void {
    const name = readString(body, body.indexOf(0) + 1)
    this.#take(name)
    const effects = this.#session.statements.get(name)?.effects ?? none
    this.#note(unit, effects, effects.isDirty ? body.toString('latin1') : '')
  }

  #close(body: Buffer): void {
    if (body[0] === 0x53) {
      const name = readString(body, 1)
      this.#session.statements.delete(name)
      this.#turns.statements.forget(name)
    }
    this.#replies.expectClose()
  }

  /** Records the possible effects of a statement before it runs. */
  #note(unit: Unit, effects: Effects, text: string): void {
    const { statements } = this.#turns
    unit.effects.push(effects)
    if (effects.isDirty || effects.pins) this.#session.isDirty = true
    if (effects.isDirty) this.#addCustomSettings(text)
    if (effects.definesFunctions) this.#turns.functionsSet = undefined
    if (effects.namesStatements) this.#send(statements.takeAll(this.#session))
    if (effects.deallocates) statements.forget(this.#session)
  }

  #addCustomSettings(text: string): void {
    for (const name of findCustomSettings(text))
      if (this.#turns.customSettings.size < 1000) this.#turns.customSettings.add(name)
  }

  #take(name: string): void {
    this.#send(this.#turns.statements.take(this.#session, name))
  }

  /** Sends messages whose answers the client does not get. */
  #send(messages: readonly Buffer[]): void {
    this.#replies.expectHidden(messages, this.#turns.statements)
    this.#output.push(...messages)
  }
}
