import { setTimeout as delay } from 'node:timers/promises'
import { findCheckout } from '@driftos/ports/checkout'
import { checkoutOf, describeHolder, nameHolder } from '@driftos/ports/probe'
import { getColors } from '../colors.js'
import type { Command, Io } from '../command.js'
import { findStatuses, type Status } from '../doctor/statuses.js'
import { checkoutDirectory } from '../environment.js'
import { findMeant } from '../project/find.js'

/** The time between two listings of `--watch`, in milliseconds. */
const intervalMs = 1000

const colorOf = { up: 'green', down: 'dim', stranger: 'red', elsewhere: 'yellow', unknown: 'dim' } as const

export const command: Command = {
  summary: 'show which services are up and which process has each port',
  usage: '[services...]',
  options: {
    watch: { help: 'check again every second until Ctrl-C' },
    json: { help: 'print { services: [{ service, port, state, latencyMs, reason, container, holder, checkout }] }' },
  },
  details: `States:
  up         the right service is healthy
  elsewhere  the right service, from another checkout on this machine
  stranger   another program answers
  down       nothing healthy answers
  unknown    the service cannot be checked, as with udp
Exit code 1 when a service is down, elsewhere or a stranger.`,
  async run({ values, positionals }, io, { registry, root }) {
    const named = positionals.flatMap((text) => findMeant(text, registry))
    const names = named.length > 0 ? [...new Set(named)] : Object.keys(registry.services)
    const instance = findCheckout(checkoutDirectory(root, io.cwd))?.instance
    for (;;) {
      const statuses = await findStatuses(names, registry, io.env, instance)
      // A terminal is redrawn; other output separates two listings by a blank line.
      const clear = values['watch'] && io.isTerminal ? '\u001B[H\u001B[2J' : ''
      const blank = values['watch'] && !io.isTerminal ? '\n' : ''
      if (values['json']) io.write(`${formatJson(statuses, values['watch'] ? 0 : 2)}\n`)
      else io.write(`${clear}${format(statuses, io)}\n${blank}`)
      const isElsewhere = statuses.some(({ probe: { state } }) => state === 'elsewhere')
      if (isElsewhere && !values['watch'] && !values['json']) io.writeError(`${elsewhereHint(io)}\n`)
      if (!values['watch'] || io.isOutputClosed?.()) {
        return statuses.every(({ probe: { state } }) => state === 'up' || state === 'unknown') ? 0 : 1
      }
      await delay(intervalMs)
    }
  },
}

function elsewhereHint({ env }: Io): string {
  const isMoved = Boolean(env['DRIFTOS_PORT_OFFSET']?.trim())
  return isMoved
    ? 'Stop the services of the other checkout, or unset DRIFTOS_PORT_OFFSET and run `driftos-ports slot`.'
    : 'This checkout has no slot yet. Run `driftos-ports slot` to get separate ports.'
}

function formatJson(statuses: readonly Status[], indent: number): string {
  const shown = statuses.map(({ probe: { service, port, state, latencyMs, reason }, holder }) => {
    const { process, container, cwd } = holder ?? {}
    const { root, branch } = checkoutOf(holder) ?? {}
    const owner = { container, holder: process && { ...process, cwd }, checkout: root && { root, branch } }
    return { service, port, state, latencyMs, reason, ...owner }
  })
  return JSON.stringify({ services: shown }, null, indent)
}

function format(statuses: readonly Status[], io: Io): string {
  const colors = getColors(io)
  const width = Math.max(...statuses.map(({ probe }) => probe.service.length))
  return statuses
    .map(({ probe: { service, port, state, latencyMs, reason }, isHeldHere, holder }) => {
      const detail = latencyMs === undefined ? reason : `${latencyMs} ms`
      // The reason of "elsewhere" has the directory already.
      const held = state === 'elsewhere' ? nameHolder(holder) : holder ? describeHolder(holder) : 'unknown holder'
      return colors[colorOf[state]](
        `${service.padEnd(width)}  ${String(port).padEnd(5)}  ${state.padEnd(9)}  ${detail}${isHeldHere ? `, ${held}` : ''}`,
      )
    })
    .join('\n')
}
