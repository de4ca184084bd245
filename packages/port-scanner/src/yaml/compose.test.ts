import { describe, expect, it } from 'vitest'
import { findUnsound, matchesOf, readMatches } from '../matches.fixture.js'

const service = (lines: string) => `services:\n  core:\n    image: acme/core:1.2\n${lines.replace(/^/gm, '    ')}\n`

describe('compose', () => {
  it.each([
    [
      "ports: ['3001:3000']",
      ['3001 publish host core=block core=image [inner 3000]', '3000 inner container core=block core=image'],
    ],
    ['ports: [3001]', ['3001 expose container core=block core=image']],
    [
      "ports: ['127.0.0.1:${CORE_PORT:-3001}:3000/udp']",
      [
        '3001 publish host CORE_PORT=variable core=block core=image [inner 3000, address 127.0.0.1, udp, override CORE_PORT]',
        '3000 inner container core=block core=image',
      ],
    ],
    [
      'ports:\n  - published: 3001\n    target: 3000\n    host_ip: 127.0.0.1',
      [
        '3001 publish host core=block core=image [inner 3000, address 127.0.0.1]',
        '3000 inner container core=block core=image',
      ],
    ],
    ['environment:\n  PORT: 3001', ['3001 value container PORT=variable core=block core=image']],
    [
      'environment:\n  - API_URL=http://api:3002/v1',
      ['3002 reach container api=host API_URL=variable core=block core=image [scheme http]'],
    ],
    ['# http://localhost:3001', ['3001 reach host [host local, scheme http, isComment]']],
  ])('reads %j', async (text, expected) => {
    expect(await matchesOf('compose.yml', service(text))).toEqual(expected)
  })

  it('reads what the parser refuses, and reports the refusal', async () => {
    const text = service("environment:\n  - 'FIELDS=[{}\n]'\nports:\n  - '3001:3000'").replace(/^ {4}\]/m, ']')
    const { matches, refused } = await readMatches('compose.yml', text)
    expect(matches.map(({ port }) => port)).toEqual([3001, 3000])
    expect(refused).toEqual([expect.stringMatching(/^invalid YAML: /)])
  })

  it('returns the number of each match for any text', async () => {
    expect(await findUnsound('compose.yml')).toBeUndefined()
  })
})
