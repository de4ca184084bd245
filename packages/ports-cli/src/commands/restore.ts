import type { Command } from '../command.js'
import { restore } from '../registry/transaction.js'

/** Not for people: what `move`, `add` and `retire` start, to put back what they leave half done when they are killed. */
export const command: Command = {
  help: `Puts back what a killed move, add or retire has left half done. They start it themselves.

Usage: driftos-ports restore [folder] [--edit ID]

  --edit ID  waits for the end of standard input, and restores this edit alone
`,
  options: { edit: { type: 'string' }, json: { type: 'boolean' } },
  async run({ values, positionals }, io, project) {
    const edit = values['edit'] as string | undefined
    if (edit !== undefined) await endOf(process.stdin)
    const files = restore(positionals[0] ?? project.root ?? io.cwd, edit)
    io.write(
      values['json']
        ? `${JSON.stringify({ restored: files }, null, 2)}\n`
        : files.map((file) => `restored ${file}\n`).join(''),
    )
    return 0
  },
}

async function endOf(stream: NodeJS.ReadStream): Promise<void> {
  stream.resume()
  await new Promise((resolve) => stream.once('close', resolve).once('end', resolve))
}
