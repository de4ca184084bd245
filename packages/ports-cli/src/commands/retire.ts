import { UsageError, type Command } from '../command.js'
import { editOptions, findExact, readReason, runEdit } from '../registry/edit.js'

const { reuse: _, ...options } = editOptions

export const command: Command = {
  help: `Retires a service: nobody takes its name again, nor its port without a note, and whoever still asks for
it does not compile, and is told why.

Usage: driftos-ports retire <service> --reason TEXT [--dry-run] [--json]

  --reason TEXT  why; whoever still asks for the service reads it
  --dry-run      writes nothing, and shows what would change
  --json         { service, port, files }
`,
  options,
  run({ values, positionals }, io) {
    const [service] = positionals
    if (service === undefined || positionals.length > 1) throw new UsageError('retire takes one service')
    return runEdit(
      (registry) => {
        const { port } = findExact(registry, service)
        const { reason, lacks } = readReason(values)
        return {
          refusal: `${service} cannot be retired`,
          lacks,
          slug: `retire-${service}`,
          text: `\`${service}\`, on ${port}, is retired: ${reason}. What still asks for it does not compile, and throws.`,
          facts: { service, port },
          apply: (source) => source.retire(service, { port, reason }),
        }
      },
      values,
      io,
    )
  },
}
