import { UsageError, type Command } from '../command.js'
import type { Tables } from '../project/source.js'
import { editOptions, readPort, readReason, reuseOption, runEdit, type Edit } from '../registry/edit.js'
import { findService, moveServices, own } from '../registry/fold.js'

export const command: Command = {
  summary: 'move services to other ports',
  usage: '<service> <port> [<service> <port> …]',
  options: { ...editOptions, ...reuseOption },
  details: `Edits the registry and its history, then writes the changesets and the generated files. Several services move at
once, so that two can swap ports: \`move a 3001 b 3000\`. Moves between two releases become one: the history and the
changelog have the released and the present port only. \`--json\` prints { moves: [{ service, from, to }], files }.`,
  run({ values, positionals }, io, project) {
    const ports = readPairs(positionals)
    const reason = readReason(values)
    const pairs = Object.entries(ports)
    const plan = (now: Tables): Edit => {
      const moves = pairs.map(([service, to]) => ({ service, from: findService(now, service).port, to }))
      return {
        attempt: `move ${pairs.map(([name, port]) => `${name} to ${port}`).join(' and ')}`,
        services: Object.keys(ports),
        isDone: moves.every(({ service, from, to }) => {
          const last = now.history.findLast((move) => move.service === service)
          return from === to && last?.to === to && last?.reason === reason
        }),
        apply: (released) => moveServices(now, released, ports, reason, values['reuse'] === true ? reason : undefined),
        summary: pairs.map(([name, port]) => `\`${name}\` is on port ${port}, where it was released.`).join('\n'),
        facts: { moves },
      }
    }
    return runEdit(plan, values, io, project)
  },
}

function readPairs(positionals: readonly string[]): Readonly<Record<string, number>> {
  if (positionals.length % 2 === 1) {
    throw new UsageError(
      `Missing port of ${JSON.stringify(positionals.at(-1))}: expected pairs of a service and a port.`,
    )
  }
  const ports: Record<string, number> = {}
  for (let index = 0; index < positionals.length; index += 2) {
    const name = positionals[index]!
    if (own(ports, name) !== undefined) throw new UsageError(`${name} is given twice: expected one port a service.`)
    ports[name] = readPort(positionals[index + 1]!)
  }
  return ports
}
