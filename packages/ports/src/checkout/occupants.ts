import { get } from 'node:http'
import type { Env } from '../env.js'
import { describeHolder, findHolders } from '../holder.js'
import { isPortOpen } from '../probe.js'
import type { Occupant } from './allocate.js'
import { findCheckout } from './checkout.js'

const timeoutMs = 1000
const maxAnswerBytes = 65_536

/** Returns what listens on each of these ports of this machine, and from which checkout. A free port is absent. */
export async function findOccupants(ports: readonly number[], env: Env): Promise<ReadonlyMap<number, Occupant>> {
  const states = await Promise.all(ports.map(async (port) => [port, await isPortOpen(port, { timeoutMs })] as const))
  const open = states.flatMap(([port, isOpen]) => (isOpen ? port : []))
  const holders = await findHolders(open, env)
  const occupants = open.map(async (port): Promise<readonly [number, Occupant]> => {
    const holder = holders.get(port)
    const directory = holder?.cwd
    const description = describeHolder(holder)
    if (directory !== undefined)
      return [port, { instance: findCheckout(directory)?.instance, isKnown: true, description }]
    const instance = await askInstance(port)
    return [port, { instance, isKnown: instance !== undefined, description }]
  })
  return new Map(await Promise.all(occupants))
}

/** The checkout that a DriftOS service on a port reports in its health answer. */
function askInstance(port: number): Promise<string | undefined> {
  return new Promise((resolve) => {
    const settle = (instance?: string) => {
      clearTimeout(timer)
      request.destroy()
      resolve(instance)
    }
    const request = get({ host: 'localhost', port, path: '/health', agent: false }, (response) => {
      let body = ''
      response.setEncoding('utf8')
      response.on('data', (chunk: string) => {
        body += chunk
        if (body.length > maxAnswerBytes) settle()
      })
      response.on('end', () => settle(instanceIn(body)))
      response.on('error', () => settle())
    })
    const timer = setTimeout(settle, timeoutMs)
    request.on('error', () => settle())
  })
}

function instanceIn(body: string): string | undefined {
  try {
    const instance = (JSON.parse(body) as { instance?: unknown } | null)?.instance
    return typeof instance === 'string' ? instance : undefined
  } catch {
    return undefined
  }
}
