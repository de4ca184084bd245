import { history, isRegisteredPort, PORTS, services } from '@driftos/ports'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { findDirectory, serviceNames } from './directory.js'
import { findNamed, findNearest, findNearestTo, findServices, readPort } from './find.js'

const directory = findDirectory({})
const retired = history.find(({ from }) => !isRegisteredPort(from))!.from

describe('readPort', () => {
  it.each(['4000', ' 4000 ', ':4000', 'localhost:4000', 'http://localhost:4000/health', 'CORE_PORT=4000'])(
    'reads %j',
    (text) => expect(readPort(text)).toBe(4000),
  )

  it.each(['', 'core', 'v1', 'core4000', '-1', '4e3', '0x50', '40 00', '４０００', '4000abc'])(
    'finds no port in %j',
    (text) => expect(readPort(text)).toBeUndefined(),
  )

  it('reads any number behind any host, and never throws', () => {
    fc.assert(
      fc.property(fc.nat({ max: 99_999 }), fc.domain(), fc.webPath(), (port, host, path) => {
        expect(readPort(`http://${host}:${port}${path.startsWith('/') ? path : ''}`)).toBe(port)
      }),
    )
    fc.assert(
      fc.property(fc.string(), (text) => {
        const port = readPort(text)
        if (port !== undefined) expect(text).toContain(String(port))
      }),
    )
  })
})

describe('findServices', () => {
  it('finds everything for blanks, in the order of the registry', () => {
    expect(findServices(' ', directory)).toEqual(serviceNames)
  })

  it.each([
    ['llm', ['core']],
    ['CORE_PORT', ['core']],
    ['driftos-embed-enterprise', ['embed']],
    [String(PORTS.embedGrafana), ['embedGrafana']],
    [`:${PORTS.postgres}`, ['postgres']],
    ['grafana', ['coreGrafana', 'embedGrafana']],
    [String(retired), []],
    ['nonsense', []],
  ])('finds by name, alias, container, variable and number: %s', (text, found) => {
    expect(findServices(text, directory)).toEqual(found)
  })

  it('finds a service by the port that it is on here', () => {
    expect(findServices('24101', findDirectory({ CORE_PORT: '24101' }))).toEqual(['core'])
  })

  it('finds each service by every name of its, whatever is written before and after', () => {
    fc.assert(
      fc.property(fc.constantFrom(...serviceNames), fc.constantFrom('', ' ', '\t'), (service, blank) => {
        for (const call of [service, services[service].variable, String(PORTS[service])])
          expect(findServices(`${blank}${call.toUpperCase()}${blank}`, directory)).toContain(service)
      }),
    )
    fc.assert(
      fc.property(fc.string(), (text) => {
        expect(serviceNames).toEqual(expect.arrayContaining(findServices(text, directory)))
      }),
    )
  })
})

describe('findNamed', () => {
  it('takes a whole name and nothing less', () => {
    expect(['LLM', 'core', 'driftos-core', 'cor', ''].map(findNamed)).toEqual([
      'core',
      'core',
      'core',
      undefined,
      undefined,
    ])
  })
})

describe('findNearest', () => {
  it('is the service called most alike', () => {
    expect(['gatway', 'promethius', 'postgresql'].map(findNearest)).toEqual(['gateway', 'prometheus', 'postgres'])
    expect(findNearestTo(PORTS.prometheus + 5)).toBe('prometheus')
  })
})
