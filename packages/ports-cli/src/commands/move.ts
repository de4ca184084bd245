import { UsageError, type Command } from '../command.js'
import { editOptions, findExact, readPort, readReason, runEdit } from '../registry/edit.js'

export const command: Command = {
  summary: 'move a service to another port',
  usage: '<service> <port>',
  positionals: { min: 2, max: 2 },
  options: editOptions,
  details: 'Edits the registry and its history, the generated files and the changeset: all or nothing.',
  registry: 'required',
  run({ values, positionals }, io) {
    const [service, text] = positionals as [string, string]
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
