import { setTimeout as delay } from 'node:timers/promises'
import type { ServiceName } from '@driftos/ports'
import { probeService, type ServiceProbe } from '@driftos/ports/probe'
import colors from 'picocolors'
import { UsageError, type Command, type Io } from '../command.js'
import { findOne } from '../find.js'

/** How often a service is asked, and how often the wait is mentioned, in milliseconds. */
const intervalMs = 200
const mentionMs = 5000

export const command: Command = {
  help: `Returns when the services are healthy, and the right ones.

Usage: driftos-ports wait <services...> [--timeout SECONDS] [--json]

  --timeout SECONDS  how long to wait; 60 unless given
  --json             { services: [{ service, port, state, latencyMs, reason }] }

Exit code 1 when one did not come in time.
`,
  options: { timeout: { type: 'string' }, json: { type: 'boolean' } },
  async run({ values, positionals }, io) {
    const names = [...new Set(positionals.map(findOne))]
    if (names.length === 0) throw new UsageError('wait takes at least one service')
    const timeoutMs = Number(values['timeout'] ?? 60) * 1000
    if (!(timeoutMs > 0)) throw new UsageError(`--timeout takes seconds, not ${JSON.stringify(values['timeout'])}`)

    const deadline = performance.now() + timeoutMs
    const probes = await Promise.all(names.map((service) => waitFor(service, deadline, io)))
    if (values['json']) io.write(`${JSON.stringify({ services: probes }, null, 2)}\n`)
    const late = probes.filter(({ state }) => state !== 'up')
    for (const { service, port, reason } of late) {
      io.writeError(colors.red(`${service} did not come on port ${port} within ${timeoutMs / 1000} s: ${reason}\n`))
    }
    return late.length === 0 ? 0 : 1
  },
}

async function waitFor(service: ServiceName, deadline: number, io: Io): Promise<ServiceProbe> {
  let mentionAt = performance.now() + mentionMs
  for (;;) {
    const remainingMs = deadline - performance.now()
    const probe = await probeService(service, { env: io.env, timeoutMs: Math.max(1, Math.min(2000, remainingMs)) })
    if (probe.state === 'up' || performance.now() >= deadline) return probe
    if (performance.now() >= mentionAt) {
      io.writeError(`waiting for ${service} on port ${probe.port}: ${probe.reason}\n`)
      mentionAt += mentionMs
    }
    await delay(Math.min(intervalMs, Math.max(0, deadline - performance.now())))
  }
}
