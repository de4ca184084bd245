import { connect, type Socket } from 'node:net'
import { setTimeout as delay } from 'node:timers/promises'
import type { ServiceProcess } from '../service-process.js'

/** A temporary fault. */
export interface Fault {
  readonly name: string
  /** Causes the fault; resolves when it is over. */
  readonly inject: () => Promise<void>
}

const freezeMs = 3000
const downMs = 1000
const halfOpenConnections = 200

/** Returns the faults that kill only the database, so that the memory of the other processes can be compared. */
export function sparingFaults(services: readonly ServiceProcess[], database: ServiceProcess, port: number): Fault[] {
  return [
    ...[...services, database].map((process) => ({
      name: `${process.service} freezes for ${freezeMs / 1000} s`,
      inject: () => process.freeze(freezeMs),
    })),
    killingFault(database),
    { name: `${halfOpenConnections} clients stop in the middle of a request`, inject: () => leaveHalfOpen(port) },
    { name: 'one client sends invalid HTTP, and one an endless header', inject: () => sendNoise(port) },
  ]
}

/** Returns the fault that kills a process and restarts it a second later. */
export function killingFault(process: ServiceProcess): Fault {
  return {
    name: `${process.service} is killed`,
    async inject() {
      await process.kill()
      await delay(downMs)
      await process.start()
    },
  }
}

async function leaveHalfOpen(port: number): Promise<void> {
  const head = 'POST /api/v1/drift/route HTTP/1.1\r\nhost: localhost\r\ncontent-length: 1000\r\n\r\n{"conv'
  const sockets = Array.from({ length: halfOpenConnections }, () => open(port, head))
  await delay(freezeMs)
  for (const socket of sockets) socket.destroy()
}

async function sendNoise(port: number): Promise<void> {
  const sockets = [
    open(port, Buffer.from(Array.from({ length: 4096 }, (_, index) => (index * 37) % 256))),
    open(port, `GET / HTTP/1.1\r\nx: ${'y'.repeat(100_000)}`),
  ]
  await delay(downMs)
  for (const socket of sockets) socket.destroy()
}

function open(port: number, text: string | Buffer): Socket {
  const socket = connect(port, '127.0.0.1', () => socket.write(text))
  // The server may close the connection.
  return socket.on('error', () => {}).resume()
}
