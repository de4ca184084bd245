import { describe, expect, it } from 'vitest'
import { findUnsound, matchesOf, readMatches } from '../matches.fixture.js'

describe('readToml', () => {
  it.each<[path: string, text: string, expected: string[]]>([
    [
      'fly.toml',
      'app = "core"\n[http_service]\ninternal_port = 8080\n[[services.ports]]\nport = 443',
      ['8080 inner container core=block', '443 value host port=variable [isElsewhere]'],
    ],
    ['fly.toml', 'app = "core"\n[env]\nPORT = "8080"', ['8080 value container PORT=variable core=block']],
    ['wrangler.toml', 'name = "core"\n[dev]\nport = 8787', ['8787 listen host port=variable core=block']],
    [
      'netlify.toml',
      '[dev]\nport = 8888\ntargetPort = 3001',
      ['8888 value host port=variable netlify=block', '3001 value host targetPort=variable'],
    ],
    [
      'mise.toml',
      '[env]\nCORE_PORT = "3001"\n[tasks.dev]\nrun = "next dev -p 3002"',
      ['3001 value host CORE_PORT=variable', '3002 flag host'],
    ],
    ['.conductor/settings.toml', '[scripts]\nrun = "PORT=3001 pnpm dev"', ['3001 value host PORT=variable']],
    ['pyproject.toml', '[tool.poe.tasks]\nserve = "uvicorn app:app --port 3001"', ['3001 flag host']],
    ['supabase/config.toml', '[api]\nport = 54321', ['54321 value host port=variable supabase-api=block']],
    [
      'config.toml',
      '[db]\nhost = "cache"\nport = 6379 # http://localhost:3001',
      [
        '6379 value container cache=host port=variable db=block',
        '3001 reach host [host local, scheme http, isComment]',
      ],
    ],
    [
      'config.toml',
      'core = { url = "http://core:3001" }',
      ['3001 reach container core=host url=variable core_url=variable [scheme http]'],
    ],
    ['Cargo.toml', '[package]\nport = 3001', []],
  ])('reads %s: %s', async (path, text, expected) => {
    expect(await matchesOf(path, text)).toEqual(expected)
  })

  it('names a file that is not valid, and reads its addresses', async () => {
    const { matches, refused } = await readMatches('a.toml', 'x = \nurl = "http://localhost:3001"')
    expect(matches.map(({ port }) => port)).toEqual([3001])
    expect(refused).toHaveLength(1)
  })

  it('returns the number of each match for any text', async () => {
    expect(await findUnsound('a.toml')).toBeUndefined()
  })
})
