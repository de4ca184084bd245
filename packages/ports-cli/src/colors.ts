import picocolors from 'picocolors'
import type { Io } from './command.js'

/** Returns the colors of an output: none with NO_COLOR, else by FORCE_COLOR, else only on a terminal. */
export function getColors({ env, isTerminal }: Pick<Io, 'env' | 'isTerminal'>) {
  const { NO_COLOR, FORCE_COLOR, TERM } = env
  const isForced = FORCE_COLOR ? !/^(0|false)$/.test(FORCE_COLOR) : isTerminal && TERM !== 'dumb'
  return picocolors.createColors(isForced && !NO_COLOR)
}

/** Returns the width of the terminal in characters, which COLUMNS overrides; undefined when the output is not a terminal. */
export function getColumns({ env, isTerminal, columns }: Pick<Io, 'env' | 'isTerminal' | 'columns'>) {
  if (!isTerminal) return undefined
  return /^[1-9]\d{0,3}$/.test(env['COLUMNS'] ?? '') ? Number(env['COLUMNS']) : columns
}
