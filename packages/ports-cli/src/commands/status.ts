import { setTimeout as delay } from 'node:timers/promises'
import type { Env } from '@driftos/ports'
import type { PortRegistry } from '@driftos/ports/define'
import {
  describeHolder,
  findHolders,
  isOccupied,
  probeService,
  type Holder,
  type ServiceProbe,
} from '@driftos/ports/probe'
import pMap from 'p-map'
import { getColors } from '../colors.js'
import type { Command, Io } from '../command.js'
import { findMeant } from '../project/find.js'
import { mapServices } from '../project/resolution.js'

/** How many services are asked at once: with hundreds, the last would wait for their turn and not for their answer. */
const concurrency = 100
/** How often `--watch` looks again, in milliseconds. */
const intervalMs = 1000

interface Status {
  readonly probe: ServiceProbe<string>
  /** Whether something on this machine has the port. */
  readonly isHeldHere: boolean
  /** Undefined where neither the system nor an engine tells. */
  readonly holder: Holder | undefined
}

export const command: Command = {
  summary: 'show which services are up and which process holds each port',
  usage: '[services...]',
  positionals: { min: 0, max: Infinity },
  options: {
    watch: { type: 'boolean', help: 'check again every second until Ctrl-C' },
    json: { type: 'boolean', help: 'print { services: [{ service, port, state, latencyMs, holder, container }] }' },
  },
  details: `States: up, the right service is healthy; stranger, another program answers; down, nothing healthy answers.
Exit code 1 when a service is not up.`,
  registry: 'required',
  async run({ values, positionals }, io, { registry }) {
    const named = positionals.flatMap((text) => findMeant(text, registry.services))
    const names = named.length > 0 ? [...new Set(named)] : Object.keys(registry.services)
    for (;;) {
      const statuses = await findStatuses(names, registry, io.env)
      // A terminal is redrawn; elsewhere a blank line parts one listing from the next.
      const clear = values['watch'] && io.isTerminal ? '\u001B[H\u001B[2J' : ''
      const blank = values['watch'] && !io.isTerminal ? '\n' : ''
      if (values['json']) io.write(`${formatJson(statuses, values['watch'] ? 0 : 2)}\n`)
      else io.write(`${clear}${format(statuses, io)}\n${blank}`)
      if (!values['watch']) return statuses.every(({ probe }) => probe.state === 'up') ? 0 : 1
      await delay(intervalMs)
    }
  },
}

/** Every service's state, and the holder of each port of this machine on which something answers. */
async function findStatuses(names: readonly string[], registry: PortRegistry, env: Env): Promise<Status[]> {
  const areLocal = mapServices(names, (service) => isLoopback(new URL(registry.getOrigin(service, env)).hostname))
  const probes = await pMap(names, (service) => probeService(service, { registry, env }), { concurrency })
  const areHeld = probes.map((probe, index) => areLocal[index]! && isOccupied(probe))
  // Looking for processes costs more than connecting: it is done for occupied ports alone.
  const heldPorts = probes.filter((_, index) => areHeld[index]).map(({ port }) => port)
  const holders = await findHolders(heldPorts, env)
  return probes.map((probe, index) => {
    const isHeldHere = areHeld[index]!
    return { probe, isHeldHere, holder: isHeldHere ? holders.get(probe.port) : undefined }
  })
}

function isLoopback(host: string): boolean {
  return /^(localhost|127\.[\d.]+|0\.0\.0\.0|\[::1?\])$/.test(host)
}

function formatJson(statuses: readonly Status[], indent: number): string {
  const shown = statuses.map(({ probe: { service, port, state, latencyMs }, holder }) => {
    return { service, port, state, latencyMs, holder: holder?.process, container: holder?.container }
  })
  return JSON.stringify({ services: shown }, null, indent)
}

function format(statuses: readonly Status[], io: Io): string {
  const colors = getColors(io)
  const paint = { up: colors.green, down: colors.dim, stranger: colors.red, unknown: colors.dim }
  const width = Math.max(...statuses.map(({ probe }) => probe.service.length))
  return statuses
    .map(({ probe: { service, port, state, latencyMs, reason }, isHeldHere, holder }) => {
      const detail = latencyMs === undefined ? reason : `${latencyMs} ms`
      const held = holder ? describeHolder(holder) : 'unknown holder'
      return paint[state](
        `${service.padEnd(width)}  ${String(port).padEnd(5)}  ${state.padEnd(8)}  ${detail}${isHeldHere ? `, ${held}` : ''}`,
      )
    })
    .join('\n')
}
