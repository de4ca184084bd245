import { inspect } from 'node:util'
import type { Io } from './command.js'

const names = ['bold', 'dim', 'underline', 'red', 'green', 'yellow', 'cyan'] as const

/** Functions that return a text in a color or style. */
export type Colors = Readonly<Record<(typeof names)[number], (text: string) => string>>

/** Returns the colors of an output: none with NO_COLOR, else by FORCE_COLOR, else only on a terminal. */
export function getColors({ env, isTerminal }: Pick<Io, 'env' | 'isTerminal'>): Colors {
  const { NO_COLOR, FORCE_COLOR, TERM } = env
  const isForced = FORCE_COLOR ? !/^(0|false)$/.test(FORCE_COLOR) : isTerminal && TERM !== 'dumb'
  // The packages for this, and `styleText`, open the standard output to look at it, which takes a short command longer.
  const paint = (name: (typeof names)[number]) => {
    const [start, end] = inspect.colors[name]!
    return (text: string) => (isForced && !NO_COLOR ? `\u001B[${start}m${text}\u001B[${end}m` : text)
  }
  return Object.fromEntries(names.map((name) => [name, paint(name)])) as Colors
}

/** Returns the width of the terminal in characters, which COLUMNS overrides; undefined when the output is not a terminal. */
export function getColumns({ env, isTerminal, columns }: Pick<Io, 'env' | 'isTerminal' | 'columns'>) {
  if (!isTerminal) return undefined
  return /^[1-9]\d{0,3}$/.test(env['COLUMNS'] ?? '') ? Number(env['COLUMNS']) : columns
}
