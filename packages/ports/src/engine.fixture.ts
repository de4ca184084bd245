import { mkdtemp, rm } from 'node:fs/promises'
import { createServer, type RequestListener } from 'node:http'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { onTestFinished } from 'vitest'

/** A container engine at a socket of its own until the test ends, as the environment names it. */
export async function startEngine(onRequest: RequestListener): Promise<{ DOCKER_HOST: string }> {
  const folder = await mkdtemp(join(tmpdir(), 'driftos-engine-'))
  const path = join(folder, 'docker.sock')
  const server = createServer(onRequest)
  await new Promise<void>((resolve) => server.listen(path, resolve))
  onTestFinished(async () => {
    server.closeAllConnections()
    await new Promise((resolve) => server.close(resolve))
    await rm(folder, { recursive: true })
  })
  return { DOCKER_HOST: `unix://${path}` }
}
