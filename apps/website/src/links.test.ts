import { describe, expect, it } from 'vitest'
import { definitionOf, serviceNames } from './definitions.js'
import { entryOf, findDirectory } from './directory.js'
import { readLinks } from './links.js'

const webServices = serviceNames.filter((name) => definitionOf(name).scheme === 'http')
const [first, second, third] = webServices
const others = serviceNames.filter((name) => !/^https?$/.test(definitionOf(name).scheme))

/** Returns a variable of a service: its link, its URL, its port. */
const variableOf = (service: string | undefined, suffix: 'LINK' | 'PORT' | 'URL') =>
  definitionOf(service as (typeof serviceNames)[number]).variable.replace(/PORT$/, suffix)
const link = variableOf(first, 'LINK')

describe('readLinks', () => {
  it('reads the links that are set', () => {
    const env = {
      [link]: ' https://first.example.com/ ',
      [variableOf(second, 'LINK')]: 'http://localhost:4110',
      [variableOf(third, 'LINK')]: '',
    }
    expect(readLinks(env)).toEqual({
      [first!]: { variable: link, address: 'https://first.example.com', port: undefined },
      [second!]: { variable: variableOf(second, 'LINK'), address: 'http://localhost:4110', port: 4110 },
    })
  })

  it.each([
    'javascript:alert(1)',
    'core',
    '//core',
    'http://user:hunter2@core',
    'http://core?token=hunter2',
    'ftp://core',
  ])('refuses an invalid link without printing its secrets, %s', (text) => {
    expect(() => readLinks({ [link]: text })).toThrow(new RegExp(`^${link} is not a valid link: (?!.*hunter2)`))
  })

  it.each(others)('accepts only the scheme of %s', (service) => {
    const variable = variableOf(service, 'LINK')
    const { scheme } = definitionOf(service)
    expect(readLinks({ [variable]: `${scheme}://example.com` })).toHaveProperty([service, 'address'])
    expect(() => readLinks({ [variable]: 'http://example.com' })).toThrow(
      `${variable} is not a valid link: expected ${scheme}:// and a host`,
    )
  })

  it('lists every invalid link', () => {
    const variables = webServices.map((service) => variableOf(service, 'LINK'))
    expect(() => readLinks(Object.fromEntries(variables.map((variable) => [variable, 'x'])))).toThrow(
      variables
        .map(
          (variable) =>
            `${variable} is not a valid link: expected http:// or https:// and a host, without user, query or fragment. Fix it or unset it.`,
        )
        .join('\n'),
    )
  })
})

describe('findDirectory', () => {
  it('prefers a link to the address of the container network', () => {
    const env = {
      [variableOf(first, 'URL')]: 'http://first-container:80',
      [variableOf(second, 'URL')]: 'http://second-container:81',
      [link]: 'http://localhost:44101',
    }
    const directory = findDirectory(env)
    expect(entryOf(directory, first!)).toEqual({
      service: first,
      port: 44_101,
      address: 'http://localhost:44101',
      movedBy: link,
    })
    expect(entryOf(directory, second!)).toMatchObject({ address: 'http://second-container:81', isInside: true })
  })

  const port = variableOf(first, 'PORT')
  it.each([
    [{ [port]: '44101' }, port],
    [{ DRIFTOS_PORT_OFFSET: '100' }, 'DRIFTOS_PORT_OFFSET'],
    [{ DRIFTOS_PORT_OFFSET: '100', [port]: 'tcp://10.0.0.1:44101' }, 'DRIFTOS_PORT_OFFSET'],
    [{}, undefined],
  ])('returns the variable that moved a port, %o', (env, variable) => {
    expect(entryOf(findDirectory(env), first!).movedBy).toBe(variable)
  })
})
