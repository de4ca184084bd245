import type { Command } from '../command.js'
import { editOptions, findExact, readReason, runEdit } from '../registry/edit.js'

const { reuse: _, ...options } = editOptions

export const command: Command = {
  summary: 'retire a service and its port',
  usage: '<service>',
  positionals: { min: 1, max: 1 },
  options,
  details: `The name is never assigned again, and the port only with a note. Code that still uses the service fails to
compile, with the reason in the error.`,
  registry: 'required',
  run({ values, positionals }, io) {
    const service = positionals[0]!
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
