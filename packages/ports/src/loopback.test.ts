import { describe, expect, it } from 'vitest'
import { isLoopback, isThisMachine } from './loopback.js'

describe('isLoopback', () => {
  it.each(['localhost', 'LOCALHOST', 'localhost.', '127.0.0.1', '127.9.9.9', '::1', '[::1]', '::ffff:127.0.0.1'])(
    'accepts %s',
    (host) => {
      expect([isLoopback(host), isThisMachine(host)]).toEqual([true, true])
    },
  )

  it.each(['0.0.0.0', '::', '[::]'])('refuses %s, which listens on every address and reaches this machine', (host) => {
    expect([isLoopback(host), isThisMachine(host)]).toEqual([false, true])
  })

  it.each(['', 'localhost.example.com', '127.0.0.1.example.com', '128.0.0.1', '10.0.0.1', '::2', 'x-localhost'])(
    'refuses %j',
    (host) => {
      expect([isLoopback(host), isThisMachine(host)]).toEqual([false, false])
    },
  )
})
