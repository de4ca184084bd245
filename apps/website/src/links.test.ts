import { describe, expect, it } from 'vitest'
import { entryOf, findDirectory } from './directory.js'
import { readLinks } from './links.js'

describe('readLinks', () => {
  it('reads where readers reach a service', () => {
    expect(
      readLinks({ CORE_LINK: ' https://core.example.com/ ', GRAFANA_LINK: 'http://localhost:4110', DEMO_LINK: '' }),
    ).toEqual({
      core: { variable: 'CORE_LINK', address: 'https://core.example.com', port: undefined },
      coreGrafana: { variable: 'GRAFANA_LINK', address: 'http://localhost:4110', port: 4110 },
    })
  })

  it.each([
    'javascript:alert(1)',
    'core',
    '//core',
    'http://user:hunter2@core',
    'http://core?token=hunter2',
    'postgresql://core',
  ])('refuses what leads nowhere or tells a secret, %s', (link) => {
    expect(() => readLinks({ CORE_LINK: link })).toThrow(/^CORE_LINK is not an address for readers: (?!.*hunter2)/)
  })

  it('lists every problem', () => {
    expect(() => readLinks({ CORE_LINK: 'x', POSTGRES_LINK: 'http://x' })).toThrowErrorMatchingInlineSnapshot(`
      [Error: CORE_LINK is not an address for readers: write http:// or https:// and a host, without user, query or fragment, or unset it
      POSTGRES_LINK is not an address for readers: write postgresql:// and a host, without user, query or fragment, or unset it]
    `)
  })
})

describe('findDirectory', () => {
  it('shows the address of the network to nobody who has a link', () => {
    const env = {
      CORE_URL: 'http://driftos-core:3001',
      EMBED_URL: 'http://driftos-embed:3002',
      CORE_LINK: 'http://localhost:4101',
    }
    const directory = findDirectory(env)
    expect(entryOf(directory, 'core')).toEqual({
      service: 'core',
      port: 4101,
      address: 'http://localhost:4101',
      movedBy: 'CORE_LINK',
    })
    expect(entryOf(directory, 'embed')).toMatchObject({ address: 'http://driftos-embed:3002', isInside: true })
  })

  it.each([
    [{ CORE_PORT: '4101' }, 'CORE_PORT'],
    [{ DRIFTOS_PORT_OFFSET: '100' }, 'DRIFTOS_PORT_OFFSET'],
    [{ DRIFTOS_PORT_OFFSET: '100', CORE_PORT: 'tcp://10.0.0.1:4101' }, 'DRIFTOS_PORT_OFFSET'],
    [{}, undefined],
  ])('says which variable moved a port, %o', (env, variable) => {
    expect(entryOf(findDirectory(env), 'core').movedBy).toBe(variable)
  })
})
