import picocolors from 'picocolors'
import type { Io } from './command.js'

/** The colours of an output: none where NO_COLOR is set, else as FORCE_COLOR says, else on a terminal. */
export function getColors({ env, isTerminal }: Pick<Io, 'env' | 'isTerminal'>) {
  const { NO_COLOR, FORCE_COLOR, TERM } = env
  const isForced = FORCE_COLOR ? !/^(0|false)$/.test(FORCE_COLOR) : isTerminal && TERM !== 'dumb'
  return picocolors.createColors(isForced && !NO_COLOR)
}
