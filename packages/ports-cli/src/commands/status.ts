import { setTimeout as delay } from 'node:timers/promises'
import { services, type Env, type ServiceName } from '@driftos/ports'
import { describeHolder, findHolders, probeService, type Holder, type ServiceProbe } from '@driftos/ports/probe'
import colors from 'picocolors'
import type { Command } from '../command.js'
import { findMeant } from '../find.js'

/** How often `--watch` looks again, in milliseconds. */
const intervalMs = 1000

interface Status extends ServiceProbe {
  readonly holder?: Holder
}

export const command: Command = {
  help: `Which services are up, and which process holds each port.

Usage: driftos-ports status [services...] [--watch] [--json]

  --watch  looks again every second, until Ctrl-C
  --json   { services: [{ service, port, state, latencyMs, holder: { pid, command } }] }

States: up, the right service is healthy; stranger, something else answers; down, nothing healthy does.
Exit code 1 when a service is not up.
`,
  options: { watch: { type: 'boolean' }, json: { type: 'boolean' } },
  async run({ values, positionals }, io) {
    const named = positionals.flatMap(findMeant)
    const names = named.length > 0 ? [...new Set(named)] : (Object.keys(services) as ServiceName[])
    for (;;) {
      const statuses = await findStatuses(names, io.env)
      if (values['json']) io.write(`${JSON.stringify({ services: statuses }, null, values['watch'] ? 0 : 2)}\n`)
      else io.write(`${io.isTerminal && values['watch'] ? '\u001B[H\u001B[2J' : ''}${format(statuses)}\n`)
      if (!values['watch']) return statuses.every(({ state }) => state === 'up') ? 0 : 1
      await delay(intervalMs)
    }
  },
}

/** Every service's state, and the holder of each port on which something answers. */
async function findStatuses(names: readonly ServiceName[], env: Env): Promise<Status[]> {
  const probes = await Promise.all(names.map((service) => probeService(service, { env })))
  // Looking for processes costs more than connecting: it is done for occupied ports alone.
  const occupied = probes.filter(({ reason }) => reason !== 'nothing listens').map(({ port }) => port)
  const holders = await findHolders(occupied)
  return probes.map((probe) => withHolder(probe, holders.get(probe.port)))
}

function withHolder(probe: ServiceProbe, holder: Holder | undefined): Status {
  return holder ? { ...probe, holder } : probe
}

function format(statuses: readonly Status[]): string {
  const width = Math.max(...statuses.map(({ service }) => service.length))
  const paint = { up: colors.green, down: colors.dim, stranger: colors.red }
  return statuses
    .map(({ service, port, state, latencyMs, reason, holder }) => {
      const detail = latencyMs === undefined ? reason : `${latencyMs} ms`
      const isFree = reason === 'nothing listens'
      return paint[state](
        `${service.padEnd(width)}  ${String(port).padEnd(5)}  ${state.padEnd(8)}  ${detail}${isFree ? '' : `, ${describeHolder(holder)}`}`,
      )
    })
    .join('\n')
}
