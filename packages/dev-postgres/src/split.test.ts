import { once } from 'node:events'
import { connect } from 'node:net'
import { setImmediate } from 'node:timers/promises'
import fc from 'fast-check'
import { expect, it } from 'vitest'
import { frontend } from './protocol/messages.js'
import { serveForTests, toPrintable } from './testing.js'

const database = serveForTests()

/** Returns a message with a type. */
function message(type: string, body: string): Buffer {
  const bytes = Buffer.from(`${type}0000${body}`, 'latin1')
  bytes.writeInt32BE(bytes.length - 1, 1)
  return bytes
}

const execute = [message('B', '\0s\0\0\0\0\x01\0\0\0\x0241\0\0'), message('E', '\0\0\0\0\0')]

/** The messages of a client in one connection: each kind of message, errors included. */
const recorded = Buffer.concat([
  frontend.startup({ user: 'postgres', database: 'postgres', options: '-c timezone=Asia/Tokyo' }),
  frontend.query('show timezone'),
  frontend.query('create temp table copied (n int); copy copied from stdin'),
  message('d', '1\n2'),
  message('d', '\n3\n'),
  message('c', ''),
  frontend.query('copy copied to stdout'),
  message('P', 's\0select $1::int + 1 as n\0\0\0'),
  message('D', 'Ss\0'),
  ...execute,
  message('H', ''),
  ...execute,
  frontend.sync(),
  message('P', '\0select 1 / 0\0\0\0'),
  message('B', '\0\0\0\0\0\0\0\0'),
  message('E', '\0\0\0\0\0'),
  message('P', 'skipped\0select 1\0\0\0'),
  frontend.sync(),
  frontend.closeStatement('s'),
  frontend.sync(),
  frontend.query('drop table copied; select 1; selec 2'),
  message('X', ''),
])

/** Sends the recorded bytes in parts that end at these offsets, and returns the answer without the keys of the session. */
async function send(offsets: readonly number[]): Promise<string> {
  const socket = connect({ port: database.port, host: '127.0.0.1', noDelay: true })
  const chunks: Buffer[] = []
  socket.on('data', (chunk) => chunks.push(chunk))
  await once(socket, 'connect')
  const ends = [...new Set(offsets)].toSorted((a, b) => a - b)
  for (const [index, end] of [...ends, recorded.length].entries()) {
    socket.write(recorded.subarray(ends[index - 1] ?? 0, end))
    await setImmediate()
  }
  await once(socket, 'close')
  return toPrintable(Buffer.concat(chunks)).replace(/K\.{4}.{8}/, 'K')
}

it('gives the same answer wherever the network splits the bytes of a client', async () => {
  const whole = await send([])
  expect(whole).toMatch(/Asia\/Tokyo.*d\.{4}1\..*d\.{4}2\..*d\.{4}3\..*42.*42.*22012.*42601/)
  expect(whole.match(/Z\.{4}I/g)).toHaveLength(8)
  const offsets = fc.array(fc.integer({ min: 1, max: recorded.length - 1 }), { maxLength: 40, size: 'max' })
  const every = Array.from({ length: recorded.length - 1 }, (_, index) => index + 1)
  await fc.assert(
    fc.asyncProperty(offsets, async (some) => {
      expect(await send(some)).toBe(whole)
    }),
    { numRuns: 40, examples: [[every]] },
  )
})
