import type { Command } from '../command.js'
import { restore } from '../registry/transaction.js'

/** Not for people: what `move`, `add` and `retire` start, to put back what they leave half done when they are killed. */
export const command: Command = {
  summary: 'undo what a killed move, add or retire left half done',
  usage: '[directory]',
  positionals: { min: 0, max: 1 },
  options: {
    edit: { type: 'string', value: 'ID', help: 'wait for the end of standard input, and restore this edit only' },
    json: { type: 'boolean', help: 'print { restored }' },
  },
  registry: 'required',
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
