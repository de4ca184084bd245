import { findStateDirectory } from '@driftos/ports/checkout'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { ledgerDirectories } from './environment.js'

const path = fc.constantFrom('/home/ada', '/state', 'relative', '', undefined)

describe('ledgerDirectories', () => {
  it('contains the directory of the ledger in every environment', () => {
    fc.assert(
      fc.property(fc.record({ HOME: path, USERPROFILE: path, XDG_STATE_HOME: path, LOCALAPPDATA: path }), (env) => {
        const { path: directory } = findStateDirectory(env)
        expect(directory === undefined || ledgerDirectories(env).includes(directory)).toBe(true)
      }),
    )
  })
})
