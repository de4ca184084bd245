import { describe, expect, it } from 'vitest'
import { findUnsound, matchesOf } from '../matches.fixture.js'

describe('readJavaScript', () => {
  it.each([
    ['const note = "see // docs"; app.listen(3001)', ['3001 listen host']],
    ['app.listen({ port: 3001 })', ['3001 listen host']],
    ['const port = process.env.CORE_PORT ?? 3001', ['3001 default host CORE_PORT=variable [override CORE_PORT]']],
    ["const port = Number(process.env['PORT']) || '3001'", ['3001 default host PORT=variable [override PORT]']],
    ["fetch('http://localhost:3001/x')", ['3001 reach host [host local, scheme http]']],
    ['fetch(`http://${host}:3001`)', ['3001 reach host [host variable, scheme http]']],
    ['// http://localhost:3001', ['3001 reach host [host local, scheme http, isComment]']],
    ['setTimeout(run, 3000)', []],
  ])('reads %s', async (text, expected) => {
    expect(await matchesOf('a.ts', text)).toEqual(expected)
  })

  it('returns the number of each match for any text', async () => {
    expect(await findUnsound('a.ts')).toBeUndefined()
  })
})
