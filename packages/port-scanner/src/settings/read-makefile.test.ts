import { describe, expect, it } from 'vitest'
import { readMakefile } from './read-makefile.js'
import { findUnsound } from '../reader.fixture.js'
import { describeSightings } from '../sightings.fixture.js'

const see = (text: string, path = 'Makefile') => describeSightings(readMakefile, text, path)

describe('readMakefile', () => {
  it('reads variables, and recipes under their targets', () => {
    expect(
      see(
        [
          'PORT ?= 3000',
          'CORE_PORT := 3001 # LLM service',
          'TIMEOUT ?= 4000',
          '',
          '# Run it on port 3001',
          'run-core: build ## core http://localhost:3001',
          '\t@docker run --rm \\',
          '\t  -p 3101:3001 --name core img',
          '\t-lsof -ti:3001 | xargs kill',
          '\tPORT=$${PORT:-3002} node x --port $(PORT)',
          '\tsleep 3000',
          'other:',
          '\tcurl http://localhost:3000/health',
        ].join('\n'),
      ),
    ).toMatchInlineSnapshot(`
      "1:9 3000 env value, host | variable PORT
      2:14 3001 env value, host | variable CORE_PORT | context LLM service
      5:18 3001 prose, host | label Run it on
      6:42 3001 url, host | label core | context Run it on port 3001
      8:7 3101 publish, host | name core | image img | context run-core
      8:12 3001 container, container | name core | image img | context run-core
      9:12 3001 flag, host | context run-core
      10:16 3002 env default, host | variable PORT | context run-core
      13:24 3000 url, host | label curl | context /health | context other"
    `)
  })

  it('reads a justfile', () => {
    expect(see('port := "3004"\nserve port="3005":\n    npx serve -l 3006\n', 'justfile')).toMatchInlineSnapshot(`
      "1:10 3004 listen, host | variable port
      2:13 3005 listen, host | variable port
      3:18 3006 flag, host"
    `)
  })

  it('keeps its places with CRLF', () => {
    expect(see('a:\r\n\t@nc -z localhost 5433\r\n\t@nc -z localhost 3000\r\n')).toMatchInlineSnapshot(`
      "2:19 5433 url, host | context a
      3:19 3000 url, host | context a"
    `)
  })

  it.each(['LIMIT := 3000', 'a:\n\tsleep 3000', 'a: 3000', '\t', '.PHONY: 3000'])(
    'takes nothing in %j for a port',
    (text) => {
      expect(see(text)).toBe('')
    },
  )

  it('is sound on any text', () => {
    expect(findUnsound(readMakefile, 'Makefile')).toBeUndefined()
  })
})
