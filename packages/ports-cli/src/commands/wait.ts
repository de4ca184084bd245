import { setTimeout as delay } from 'node:timers/promises'
import type { PortRegistry } from '@driftos/ports/define'
import { probeService, type ServiceProbe } from '@driftos/ports/probe'
import { UsageError, type Command, type Io } from '../command.js'
import { findOne } from '../project/find.js'
import { mapServices } from '../project/resolution.js'

/** How often a service is asked, in milliseconds. */
const intervalMs = 200

export const command: Command = {
  summary: 'wait until services are healthy',
  usage: '<services...>',
  positionals: { min: 1, max: Infinity },
  options: {
    timeout: { type: 'string', value: 'SECONDS', help: 'how long to wait; default 60' },
    json: { type: 'boolean', help: 'print { services: [{ service, port, state, latencyMs, reason }] }' },
  },
  details: 'Exit code 1 when a service is not up in time.',
  registry: 'required',
  async run({ values, positionals }, io, { registry }) {
    const names = [...new Set(positionals.map((text) => findOne(text, registry.services)))]
    const timeoutMs = Number(values['timeout'] ?? 60) * 1000
    if (!(timeoutMs > 0)) throw new UsageError(`--timeout takes seconds, not ${JSON.stringify(values['timeout'])}`)
    // What cannot be resolved is said before anything is waited for.
    mapServices(names, (service) => registry.getOrigin(service, io.env))

    const deadline = performance.now() + timeoutMs
    const probes = await Promise.all(names.map((service) => waitFor(service, registry, deadline, io)))
    if (values['json']) io.write(`${JSON.stringify({ services: probes }, null, 2)}\n`)
    const late = probes.filter(({ state }) => state !== 'up')
    for (const { service, port, reason } of late) {
      io.writeError(`${service} did not come on port ${port} within ${timeoutMs / 1000} s: ${reason}\n`)
    }
    return late.length === 0 ? 0 : 1
  },
}

async function waitFor(
  service: string,
  registry: PortRegistry,
  deadline: number,
  io: Io,
): Promise<ServiceProbe<string>> {
  let mentioned: string | undefined
  for (;;) {
    const remainingMs = deadline - performance.now()
    // The last question keeps time for an answer, so that the last reason is the true one.
    const timeoutMs = Math.round(Math.max(intervalMs, Math.min(2000, remainingMs)))
    const probe = await probeService(service, { registry, env: io.env, timeoutMs })
    if (probe.state === 'up' || performance.now() >= deadline) return probe
    if (probe.reason !== mentioned) io.writeError(`waiting for ${service} on port ${probe.port}: ${probe.reason}\n`)
    mentioned = probe.reason
    await delay(Math.min(intervalMs, Math.max(0, deadline - performance.now())))
  }
}
