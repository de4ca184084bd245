import type { Effects } from './effects.js'

/** The effects of statements that outlast their transaction. */
export type Lasting = Pick<Effects, 'resets' | 'pins' | 'channels'>

const none: Lasting = { resets: false, pins: false, channels: [] }

/** Collects the lasting effects of a client's statements until their transaction ends. */
export class Transaction {
  #lasting = none
  #isRolledBack = false

  /** Notes the tag of a command that has ended. */
  onCommand(tag: Buffer): void {
    this.#isRolledBack = tag.toString('latin1', 0, 8) === 'ROLLBACK'
  }

  /**
   * Adds the effects of a unit.
   *
   * @param isOpen - whether the transaction goes on
   * @returns what lasts from now on: nothing while the transaction is open
   */
  add(effects: readonly Effects[], isOpen: boolean): Lasting {
    const channels = effects.flatMap((each) => each.channels)
    const all: Lasting = {
      resets: this.#lasting.resets || effects.some((each) => each.resets),
      pins: this.#lasting.pins || effects.some((each) => each.pins),
      channels: channels.length > 0 ? [...this.#lasting.channels, ...channels] : this.#lasting.channels,
    }
    this.#lasting = isOpen ? all : none
    if (isOpen) return none
    // An advisory lock of a session outlasts a rollback too.
    return this.#isRolledBack ? { ...none, pins: all.pins } : all
  }
}
