import { history, isRegisteredPort, PORTS, ranges } from '@driftos/ports'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { definitionOf, serviceNames } from './definitions.js'
import { findDirectory } from './directory.js'
import { findNamed, findNearest, findNearestTo, findServices, readPort } from './find.js'

const directory = findDirectory({})
const retired = history.find(({ from }) => !isRegisteredPort(from))?.from ?? 'retired'

describe('readPort', () => {
  it.each(['4000', ' 4000 ', ':4000', 'localhost:4000', 'http://localhost:4000/health', 'SOME_PORT=4000'])(
    'reads %j',
    (text) => expect(readPort(text)).toBe(4000),
  )

  it.each(['', 'some', 'v1', 'some4000', '-1', '4e3', '0x50', '40 00', '４０００', '4000abc'])(
    'finds no port in %j',
    (text) => expect(readPort(text)).toBeUndefined(),
  )

  it('reads any number after any host, and never throws', () => {
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
  it('finds every service for a blank search, in the order of the registry', () => {
    expect(findServices(' ', directory)).toEqual(serviceNames)
  })

  it.each(serviceNames)('finds %s through each of its names, numbers and groups', (service) => {
    const { aliases = [], containerName, group, summary, variable } = definitionOf(service)
    const texts = [service, ...aliases, containerName, variable, summary, `:${PORTS[service]}`, String(PORTS[service])]
    if (group) texts.push(ranges[group].summary)
    for (const text of texts) {
      expect(findServices(text, directory)).toContain(service)
      expect(findServices(`\t${text.toUpperCase()} `, directory)).toContain(service)
    }
  })

  it.each([String(retired), 'nonsense', '65536'])('finds no service for %s', (text) => {
    expect(findServices(text, directory)).toEqual([])
  })

  it('finds a service by its port on this machine', () => {
    const [service] = serviceNames
    const overridden = findDirectory({ [definitionOf(service!).variable]: '44101' })
    expect(findServices('44101', overridden)).toEqual([service])
  })

  it('lists the service that has a port here before the one that has it in the registry', () => {
    const [first, other] = serviceNames
    const moved = findDirectory({ [definitionOf(other!).variable]: String(PORTS[first!]), DRIFTOS_PORT_OFFSET: '100' })
    expect(findServices(String(PORTS[first!]), moved)).toEqual([other, first])
  })

  it('returns services of the registry for any text', () => {
    fc.assert(
      fc.property(fc.string(), (text) => {
        expect(serviceNames).toEqual(expect.arrayContaining(findServices(text, directory)))
      }),
    )
  })
})

describe('findNamed', () => {
  it.each(serviceNames)('takes a whole name of %s and no part of it', (service) => {
    const { aliases = [], containerName, variable } = definitionOf(service)
    for (const name of [service, ...aliases, containerName, variable])
      expect(findNamed(name.toUpperCase())).toBe(service)
    expect(findNamed(`${variable}S`)).toBeUndefined()
    expect(findNamed('')).toBeUndefined()
  })
})

describe('a search for a state', () => {
  it.each(['up', 'down', ' ELSEWHERE '])('finds the services that are %s', (text) => {
    const [first, second] = serviceNames
    const others = Object.fromEntries(serviceNames.map((name) => [name, { state: 'unknown' }]))
    const state = { state: text.trim().toLowerCase() }
    const states = { ...others, [first!]: state, [second!]: state } as Parameters<typeof findServices>[2]
    expect(findServices(text, directory, states)).toEqual([first, second])
  })
})

describe('findNearest', () => {
  it.each(['nonsense', 'zzzz', '', 'completely-different'])('finds no service close to %j', (text) => {
    expect(findNearest(text)).toBeUndefined()
  })

  it.each(serviceNames)('finds %s in spite of a typing error', (service) => {
    const { variable } = definitionOf(service)
    expect(findNearest(`${variable}x`)).toBe(service)
    expect(findNearestTo(PORTS[service])).toBe(service)
  })
})
