import { UsageError, type Command } from '../command.js'
import type { Tables } from '../project/source.js'
import type { EditableProject } from '../registry/baseline.js'
import { editOptions, readReason, runEdit, type Edit } from '../registry/edit.js'
import { own, retireService } from '../registry/fold.js'
import { findUsages, type Usage } from '../registry/usages.js'
import { unknownName } from '../suggestion.js'

export const command: Command = {
  summary: 'retire a service and its port',
  usage: '<service>',
  options: editOptions,
  details: `The name is never assigned again, and the port only with a note. Code that still uses the service fails to
compile, with the reason in the error; the command lists all code that names the service, by file and line. A service that was never released leaves
nothing. \`--json\` prints { service, port, files, usages: [{ file, line, text }] }.`,
  run({ values, positionals }, io, project) {
    const name = positionals[0]!
    const reason = readReason(values)
    const plan = async (now: Tables, editable: EditableProject): Promise<Edit> => {
      const retired = own(now.retired, name)
      const present = own(now.services, name) ?? retired
      const usages = await findUsages(editable, name)
      return {
        attempt: `retire ${name}`,
        services: [name],
        isDone: retired?.reason === reason,
        apply: (released) => {
          if (own(released.retired, name)) {
            throw new UsageError(
              `${name} is already retired (port ${retired!.port}): ${retired!.reason.replace(/\.$/, '')}. Nothing is left to do.`,
            )
          }
          return present ? retireService(now, released, name, reason) : now
        },
        summary: `\`${name}\` was never released: it is removed, and its name and port are free again.`,
        facts: { service: name, port: present?.port, usages },
        // A run that was killed may have removed an unreleased service, and not yet its changeset.
        refusal: present ? undefined : unknownName('service', name, Object.keys(now.services)),
        epilogue: formatUsages(name, usages),
      }
    }
    return runEdit(plan, values, io, project)
  },
}

function formatUsages(name: string, usages: readonly Usage[]): string {
  if (usages.length === 0) return ''
  const lines = usages.map(({ file, line, text }) => `  ${file}:${line}  ${text}`)
  return `\nCode that names ${name}; the type checker reports what to change:\n${lines.join('\n')}\n`
}
