import { UsageError, type Command } from '../command.js'
import { editOptions, findExact, readPort, readReason, runEdit } from '../registry/edit.js'

export const command: Command = {
  help: `Moves a service to another port, for everybody: edits the registry and its history, writes what is
generated from it, and the changeset. All of it or none.

Usage: driftos-ports move <service> <port> --reason TEXT [--reuse] [--dry-run] [--json]

  --reason TEXT  why; the history keeps it, and consumers read it
  --reuse        takes a retired port, with the reason as its note
  --dry-run      writes nothing, and shows what would change
  --json         { service, from, to, files }
`,
  options: editOptions,
  run({ values, positionals }, io) {
    const [service, text] = positionals
    if (service === undefined || text === undefined || positionals.length > 2) {
      throw new UsageError('move takes one service and one port')
    }
    return runEdit(
      (registry) => {
        const { port: from, variable, group } = findExact(registry, service)
        const to = readPort(text)
        if (from === to) throw new UsageError(`${service} is on ${to} already`)
        const { reason, lacks } = readReason(values)
        return {
          refusal: `${service} cannot move to ${to}`,
          remedy: 'To take a retired port all the same, add --reuse: the reason is its note.',
          group,
          lacks,
          slug: `move-${service}-${to}`,
          text: `\`${service}\` moved from ${from} to ${to}: ${reason}; set ${variable}=${from} to stay.`,
          facts: { service, from, to },
          apply(source) {
            source.move(service, to, values['reuse'] ? reason : undefined)
            source.appendMove({ service, from, to, reason })
          },
        }
      },
      values,
      io,
    )
  },
}
