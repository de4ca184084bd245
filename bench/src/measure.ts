/** A ratio of two medians, and how far the rounds lie apart. */
export interface Ratio {
  readonly median: number
  /** The lower quartile of the rounds' own ratios. */
  readonly low: number
  /** Their upper quartile. */
  readonly high: number
}

/**
 * Runs every task once a round, each round from another task on and every other round backwards, so that
 * what disturbs the machine, or the task before, disturbs all of them alike.
 *
 * @param tasks - measure one thing each and answer with a sample
 * @param rounds - how often each task is kept
 * @param warmUps - rounds that run before and are not kept
 * @returns the samples of each task, round by round
 */
export async function interleave<Name extends string, Sample>(
  tasks: Readonly<Record<Name, () => Sample | Promise<Sample>>>,
  rounds: number,
  warmUps = 1,
): Promise<Readonly<Record<Name, readonly Sample[]>>> {
  const names = Object.keys(tasks) as Name[]
  const samples = Object.fromEntries(names.map((name) => [name, []])) as unknown as Record<Name, Sample[]>
  for (let round = -warmUps; round < rounds; round++) {
    for (const name of round % 2 ? names.toReversed() : names) {
      const sample = await tasks[name]()
      if (round >= 0) samples[name].push(sample)
    }
    names.push(...names.splice(0, 1))
  }
  return samples
}

/** The middle of some numbers. */
export function median(numbers: readonly number[]): number {
  return quantile(numbers, 0.5)
}

/**
 * The number below which a share of the others lies, interpolated between neighbours.
 *
 * @param share - from 0, the least, to 1, the greatest
 * @throws {RangeError} for no numbers
 */
export function quantile(numbers: readonly number[], share: number): number {
  const sorted = numbers.toSorted((a, b) => a - b)
  const position = share * (sorted.length - 1)
  const lower = sorted[Math.floor(position)]
  const upper = sorted[Math.ceil(position)]
  if (lower === undefined || upper === undefined) throw new RangeError('no numbers to take a quantile of')
  return lower + (upper - lower) * (position % 1)
}

/**
 * One task's median in units of another's; the quartiles are those of the ratios within each round.
 *
 * @throws {RangeError} for samples of different lengths
 */
export function ratioOf(samples: readonly number[], base: readonly number[]): Ratio {
  const rounds = samples.map((sample, round) => sample / (base[round] ?? Number.NaN))
  if (samples.length !== base.length) throw new RangeError('a ratio needs as many samples of the base')
  return { median: median(samples) / median(base), low: quantile(rounds, 0.25), high: quantile(rounds, 0.75) }
}
