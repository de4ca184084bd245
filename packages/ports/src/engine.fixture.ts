import { mkdtemp, rm } from 'node:fs/promises'
import { createServer, type RequestListener } from 'node:http'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { onTestFinished } from 'vitest'

/** Starts a fake container engine until the test ends, and returns the variable with its socket. */
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
