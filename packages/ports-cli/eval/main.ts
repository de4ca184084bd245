import { parseArgs } from 'node:util'
import { halves, readHalf } from './corpus.js'
import { evaluate } from './evaluate.js'
import { formatScore } from './table.js'
import { unpack } from './unpack.js'

const help = `Prints the precision and recall of \`driftos-ports check\` on the labelled repositories in corpus/.

Usage: pnpm eval -- [--failures] [--json] [--unpack DIRECTORY]

  --failures          prints every miss and false alarm of the tuned half, as file:line; those of the held-out half stay hidden
  --json              prints JSON only
  --unpack DIRECTORY  writes the repositories there, without labels, and measures nothing
  --help              prints this text

Improve the readers with the failures of the tuned half only; eval.test.ts has the minimum scores of both halves.
Exit code 0 for any score, 2 for wrong usage.
`

process.exitCode = await main(process.argv.slice(2))

async function main(args: string[]): Promise<number> {
  const flags = parseFlags(args)
  if (typeof flags === 'string') {
    process.stderr.write(`${flags}\n\n${help}`)
    return 2
  }
  if (flags.help) {
    process.stdout.write(help)
    return 0
  }
  if (flags.unpack !== undefined) {
    for (const half of halves)
      for (const repository of readHalf(half)) console.log(await unpack(repository, flags.unpack))
    return 0
  }
  const scores = { tuned: await evaluate('tuned'), 'held-out': await evaluate('held-out') }
  if (flags.json) {
    const shown = { tuned: scores.tuned, 'held-out': { ...scores['held-out'], failures: undefined } }
    process.stdout.write(`${JSON.stringify(shown, null, 2)}\n`)
    return 0
  }
  for (const half of halves) console.log(formatScore(half, scores[half]))
  if (flags.failures) console.log(scores.tuned.failures.join('\n'))
  return 0
}

/** Returns the flags, or the message about a wrong one. */
function parseFlags(args: string[]) {
  try {
    const { values } = parseArgs({
      args,
      options: {
        failures: { type: 'boolean' },
        json: { type: 'boolean' },
        unpack: { type: 'string' },
        help: { type: 'boolean' },
      },
    })
    return values
  } catch (error) {
    return (error as Error).message
  }
}
