import { spawn, type ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { mkdir, writeFile } from 'node:fs/promises'
import { createServer, request, type IncomingMessage, type ServerResponse } from 'node:http'
import { createRequire } from 'node:module'
import type { AddressInfo } from 'node:net'
import { dirname, join } from 'node:path'

const require = createRequire(import.meta.url)
const verdaccio = join(dirname(require.resolve('verdaccio/package.json')), 'bin/verdaccio')

/** An npm registry on loopback: Verdaccio behind a proxy that can kill it in the middle of a request. */
export interface RegistryServer {
  readonly origin: string
  /** The configuration with which npm and pnpm use this registry for `@driftos` only. */
  readonly npmrc: string
  /** Returns the published versions of a package. */
  versionsOf(name: string): Promise<string[]>
  /** Kills Verdaccio when `name` is published, before that request reaches it and after `after` was published. */
  dieAtPublishOf(name: string, after: string): void
  /** Starts Verdaccio again on its stored packages. */
  revive(): Promise<void>
  stop(): Promise<void>
}

/** Starts a registry that stores everything in a directory. */
export async function startRegistry(folder: string): Promise<RegistryServer> {
  await mkdir(folder, { recursive: true })
  const config = join(folder, 'config.yaml')
  await writeFile(config, configuration)
  let backend = await startVerdaccio(config)
  let doomed: { readonly name: string; readonly after: string } | undefined
  let published: string | undefined

  const proxy = createServer((incoming, outgoing) => void handle(incoming, outgoing))
  async function handle(incoming: IncomingMessage, outgoing: ServerResponse): Promise<void> {
    const { method, url: path, headers } = incoming
    const name = decodeURIComponent(path!).slice(1)
    if (method === 'PUT' && name === doomed?.name) {
      // Packages are published in parallel.
      while (published !== doomed.after) await new Promise((resolve) => setTimeout(resolve, 20))
      backend.child.kill('SIGKILL')
    }
    if (method === 'PUT') outgoing.once('finish', () => (published = name))
    // A connection that a client keeps could close just when the client uses it again.
    const options = {
      port: backend.port,
      host: '127.0.0.1',
      method,
      path,
      headers: { ...headers, connection: 'close' },
    }
    const onward = request({ ...options, agent: false }, (answer) => {
      outgoing.writeHead(answer.statusCode!, answer.headers)
      answer.pipe(outgoing)
    })
    onward.once('error', () => outgoing.destroy())
    incoming.pipe(onward)
  }
  const port = await listen(proxy)
  const origin = `http://127.0.0.1:${port}/`
  const token = await createUser(origin)

  return {
    origin,
    npmrc: `@driftos:registry=${origin}\n//127.0.0.1:${port}/:_authToken=${token}\nfetch-retries=0\n`,
    async versionsOf(name) {
      const response = await fetch(`${origin}${name.replace('/', '%2f')}`)
      const { versions = {} } = (await response.json()) as { versions?: Record<string, unknown> }
      return Object.keys(versions)
    },
    dieAtPublishOf(name, after) {
      doomed = { name, after }
      published = undefined
    },
    async revive() {
      doomed = undefined
      backend = await startVerdaccio(config)
    },
    async stop() {
      backend.child.kill('SIGKILL')
      proxy.closeAllConnections()
      await new Promise((resolve) => proxy.close(resolve))
    },
  }
}

const configuration = `storage: ./storage
auth: { htpasswd: { file: ./htpasswd } }
uplinks: {}
packages:
  '@driftos/*': { access: $all, publish: $authenticated }
  '**': { access: $all }
publish: { allow_offline: true }
web: { enable: false }
log: { type: stdout, format: pretty, level: warn }
`

async function startVerdaccio(config: string): Promise<{ readonly child: ChildProcess; readonly port: number }> {
  const probe = createServer()
  const port = await listen(probe)
  await new Promise((resolve) => probe.close(resolve))
  const child = spawn(process.execPath, [verdaccio, '--config', config, '--listen', `127.0.0.1:${port}`], {
    cwd: dirname(config),
    stdio: 'ignore',
  })
  for (;;) {
    if (child.exitCode !== null) throw new Error(`Verdaccio ended with ${child.exitCode}`)
    const isUp = await fetch(`http://127.0.0.1:${port}/-/ping`).then(
      ({ ok }) => ok,
      () => false,
    )
    if (isUp) return { child, port }
    await new Promise((resolve) => setTimeout(resolve, 50))
  }
}

async function createUser(origin: string): Promise<string> {
  const response = await fetch(`${origin}-/user/org.couchdb.user:tester`, {
    method: 'PUT',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ name: 'tester', password: 'a password for a test' }),
  })
  return ((await response.json()) as { token: string }).token
}

async function listen(server: ReturnType<typeof createServer>): Promise<number> {
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  return (server.address() as AddressInfo).port
}
