import type { Generator } from '../project/config.js'

/** A file that takes long to write, so that a kill can interrupt it. */
export const large = 'docs/large.txt'

/** Two sets of generators for the same files. */
export const versions: readonly (readonly Generator[])[] = ['one', 'two'].map((word) =>
  ['docs/first.txt', large, 'docs/last.txt'].map((file) => ({
    file,
    render: () => `${word}\n`.repeat(file === large ? 400_000 : 1),
  })),
)
