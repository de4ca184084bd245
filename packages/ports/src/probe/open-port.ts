import { connect } from 'node:net'
import { failed, startClock, timedOut, type Protocol } from './protocol.js'

/** Connects to a port, and takes an open one for the service: the protocol behind it is not checked. */
export const openPort: Protocol = (target) => {
  const { host, port, timeoutMs, service, services } = target
  const elapsedMs = startClock()
  return new Promise((resolve) => {
    const socket = connect({ host, port, timeout: timeoutMs })
    const settle = (answer: Awaited<ReturnType<Protocol>>) => {
      socket.destroy()
      resolve(answer)
    }
    const reason = `the port is open; ${services[service]!.scheme} is not checked any further`
    socket.on('connect', () => settle({ state: 'up', latencyMs: elapsedMs(), reason }))
    socket.on('timeout', () => settle(timedOut(target)))
    socket.on('error', (error) => settle(failed(error)))
  })
}
