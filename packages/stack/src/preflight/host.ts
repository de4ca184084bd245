import { once } from 'node:events'
import { createServer } from 'node:net'
import type { Env } from '@driftos/ports'

/** Returns why no service can listen on the address in `HOST`; undefined when all can. */
export async function findInvalidHost(env: Env): Promise<string | undefined> {
  const host = env['HOST']?.trim()
  // Services listen on the loopback addresses that the machine has.
  if (!host || host === 'localhost') return undefined
  const server = createServer()
  try {
    // Port 0 is any free one.
    server.listen({ host, port: 0 })
    await once(server, 'listening')
    return undefined
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException
    return `HOST=${JSON.stringify(host)} is not an address of this machine (${code}): set localhost, 0.0.0.0, :: or an address of a network interface, or unset it`
  } finally {
    server.close()
  }
}
