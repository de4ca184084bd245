import { setTimeout as delay } from 'node:timers/promises'
import type { PortRegistry } from '@driftos/ports/define'
import { findCheckout } from '@driftos/ports/checkout'
import { probeService, type ServiceProbe } from '@driftos/ports/probe'
import { print, UsageError, type Command, type Io } from '../command.js'
import { checkoutDirectory } from '../environment.js'
import { findOne } from '../project/find.js'
import { mapServices } from '../project/resolution.js'

/** The time between two attempts, in milliseconds. */
const intervalMs = 200

export const command: Command = {
  summary: 'wait until services are healthy',
  usage: '<services...>',
  options: {
    timeout: { value: 'SECONDS', help: 'how long to wait; default 60' },
    json: { help: 'print { services: [{ service, port, state, latencyMs, reason }] }' },
  },
  details: 'Exit code 1 when a service is not up in time.',
  async run({ values, positionals }, io, { registry, root }) {
    const names = [...new Set(positionals.map((text) => findOne(text, registry)))]
    const timeoutMs = Number(values['timeout'] ?? 60) * 1000
    // Timers have 31 bits: a longer delay would end immediately.
    if (!(timeoutMs > 0 && timeoutMs < 2 ** 31)) {
      throw new UsageError(`--timeout: expected seconds, such as 30, got ${JSON.stringify(values['timeout'])}.`)
    }
    // Reports every invalid variable before it waits.
    mapServices(names, (service) => registry.getOrigin(service, io.env))

    const instance = findCheckout(checkoutDirectory(root, io.cwd))?.instance
    const deadline = performance.now() + timeoutMs
    const probes = await Promise.all(names.map((service) => waitFor(service, registry, deadline, io, instance)))
    print(io, values, { services: probes }, '')
    const late = probes.filter(({ state }) => state !== 'up')
    for (const { service, port, state, reason } of late) {
      const failure = state === 'unknown' ? 'Cannot wait' : `Timed out after ${timeoutMs / 1000} s waiting`
      io.writeError(`${failure} for ${service} on port ${port}: ${reason}\n`)
    }
    return late.length === 0 ? 0 : 1
  },
}

async function waitFor(
  service: string,
  registry: PortRegistry,
  deadline: number,
  io: Io,
  instance: string | undefined,
): Promise<ServiceProbe<string>> {
  let mentioned: string | undefined
  for (;;) {
    const remainingMs = deadline - performance.now()
    // The last attempt gets enough time for an answer, so that the reported reason is current.
    const timeoutMs = Math.round(Math.max(intervalMs, Math.min(2000, remainingMs)))
    const probe = await probeService(service, { registry, env: io.env, timeoutMs, instance })
    if (probe.state === 'up' || probe.state === 'unknown' || performance.now() >= deadline) return probe
    if (probe.reason !== mentioned) io.writeError(`Waiting for ${service} on port ${probe.port}: ${probe.reason}\n`)
    mentioned = probe.reason
    await delay(Math.min(intervalMs, Math.max(0, deadline - performance.now())))
  }
}
