import { writeFileSync } from 'node:fs'
import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { findCheckout } from '@driftos/ports/checkout'
import { runNode, withTempFolder } from './child.js'
import { rowOf, type Effort, type Figure, type Row } from './figure.js'
import { interleave } from './measure.js'
import { registryOf, variableOf } from './synthetic-registry.js'

const cli = fileURLToPath(new URL('../../packages/ports-cli/dist/bin.cjs', import.meta.url))

/** Connects to each port on both loopback addresses, and does nothing else. */
const connect = `const { connect } = require('node:net')
for (const port of process.argv.slice(1)) for (const host of ['127.0.0.1', '::1']) {
  const socket = connect({ host, port: Number(port) }, () => socket.destroy())
  socket.on('error', () => {})
}`

/** Lists every listening socket with its process, from a Node process, as `status` does for the ports in use. */
const listSockets = `require('node:child_process').execFileSync('ss', ['-ltnp'])`
const sockets = 'ss -ltnp'

/** Measures the identification of every service and its process. */
export const statusFigure: Figure = {
  title: 'driftos-ports status, against Node processes that connect to each port or run ss',
  method:
    'Whole processes, from spawn to exit. Every service of a registry in JSON is up; the servers run in the process that measures.',
  measure: async (effort) => [
    ...(await measureStatus(10, effort)),
    ...(effort === 'quick' ? [] : await measureStatus(1000, effort)),
  ],
}

async function measureStatus(count: number, effort: Effort): Promise<Row[]> {
  const definition = registryOf(count)
  const names = Object.keys(definition.services)
  return withTempFolder(async (folder) => {
    writeFileSync(join(folder, 'driftos-ports.config.json'), JSON.stringify({ registry: './ports.json' }))
    writeFileSync(join(folder, 'ports.json'), JSON.stringify(definition))
    const { instance } = findCheckout(folder)!
    const servers = await Promise.all(names.map((name) => listen(name, instance)))
    try {
      const ports = servers.map((server) => String((server.address() as AddressInfo).port))
      const env = Object.fromEntries(names.map((name, index) => [variableOf(name), ports[index]!]))
      const base = `connect, ${count} ports`
      const tasks = {
        [base]: async () => (await runNode(['-e', connect, ...ports], folder)).wallMs,
        [sockets]: async () => (await runNode(['-e', listSockets], folder)).wallMs,
        status: async () => (await runNode([cli, 'status'], folder, env)).wallMs,
      }
      const samples = await interleave(tasks, effort === 'quick' ? 2 : 30)
      const own = [`status, ${count} ports`, samples['status']!] as const
      return [base, sockets].map((peer) => rowOf(own, [peer, samples[peer]!], 'ms'))
    } finally {
      for (const server of servers) server.close()
    }
  })
}

/** Starts a server that is healthy and belongs to a checkout, on a port that the system chooses. */
async function listen(service: string, instance: string): Promise<Server> {
  const body = JSON.stringify({ status: 'ok', service, instance })
  const server = createServer((_, response) => response.setHeader('connection', 'close').end(body))
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  return server
}
