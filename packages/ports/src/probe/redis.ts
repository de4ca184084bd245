import { exchange, type Step } from './exchange.js'
import { type Protocol } from './protocol.js'

/** Sends PING to a Redis server, or to a compatible one such as Valkey. */
export const redis: Protocol = (target) =>
  exchange(target, { name: 'Redis', opening: Buffer.from('*1\r\n$4\r\nPING\r\n'), read })

function read(received: Buffer): Step {
  const [, line] = /^([^\r\n]*)\r\n$/.exec(received.toString('latin1')) ?? []
  const isPossible = /^[+-][^\r\n]*(\r\n?)?$/.test(received.toString('latin1'))
  if (line === undefined && isPossible) return undefined
  if (line === '+PONG') return { state: 'up' }
  // A server that requires a password or forbids PING is also Redis.
  if (/^-(NOAUTH|NOPERM|WRONGPASS)\b/.test(line ?? '')) return { state: 'up', reason: 'it demands a password' }
  const [, code] =
    /^-((?:BUSY|DENIED|LOADING|MASTERDOWN|MISCONF|TRYAGAIN|UNKILLABLE|ERR max number of clients)\b)/.exec(line ?? '') ??
    []
  return code
    ? { state: 'down', reason: `answers ${code}` }
    : { state: 'stranger', reason: 'another process answers, but not as Redis' }
}
