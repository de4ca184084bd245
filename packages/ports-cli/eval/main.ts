import { parseArgs } from 'node:util'
import { halves, readHalf } from './corpus.js'
import { evaluate } from './evaluate.js'
import { formatScore } from './table.js'
import { unpack } from './unpack.js'

const help = `Prints how well \`driftos-ports check\` reads the labelled repositories in corpus/.

Usage: pnpm eval [--failures] [--json] [--unpack <folder>]

  --failures         every miss and every false alarm of the tuned half, as file:line; the held-out half keeps its own
  --json             JSON and only JSON
  --unpack <folder>  writes the repositories there, without their labels, and measures nothing
  --help             this text

eval.test.ts contains what both halves reach.
Exit code 0 whatever the figures are, 2 for wrong usage.
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

/** The flags, or what is wrong with them. */
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
