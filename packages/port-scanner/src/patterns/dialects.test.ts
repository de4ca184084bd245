import { describe, expect, it } from 'vitest'
import { findUnsound, matchesOf } from '../matches.fixture.js'
import { patternDialects } from './dialects.js'

/** Each row: path, text, matches. */
const cases: readonly (readonly [path: string, text: string, expected: readonly string[]])[] = [
  ['.env', 'CORE_PORT=3001', ['3001 value host CORE_PORT=variable']],
  ['.env.example', 'export CORE_PORT="3001"', ['3001 value host CORE_PORT=variable']],
  ['.env', '# CORE_PORT=3001 at http://localhost:3001', ['3001 reach host [host local, scheme http, isComment]']],
  [
    '.env',
    'DB_HOST=db.example.com\nDB_PORT=5432',
    ['5432 value host db.example.com=host DB_PORT=variable [host remote]'],
  ],
  ['.env', 'CORE_URL=http://core:3001', ['3001 reach container core=host CORE_URL=variable [scheme http]']],
  ['.env', 'A=http://$ACCOUNT.example.com:1025', ['1025 reach host A=variable [host variable, scheme http]']],
  ['.env', 'TIMEOUT=3000\nSUPPORT=3000', []],
  ['app.ini', '[server]\n;http_port = 3000\nhttp_port = 3001', ['3001 value host http_port=variable server=hint']],
  [
    'pg_service.conf',
    '[shop]\nhost=postgres\nport=5432',
    ['5432 value container postgres=host port=variable shop=hint'],
  ],
]

describe('the table of patterns', () => {
  it.each(cases)('reads %s: %j', async (path, text, expected) => {
    expect(await matchesOf(path, text)).toEqual(expected)
  })

  it.each(patternDialects.flatMap(({ names = [], extensions = [] }) => [...names, ...extensions.map((e) => `a.${e}`)]))(
    'returns the number of each match for any text of %s',
    async (path) => {
      expect(await findUnsound(path)).toBeUndefined()
    },
  )
})
