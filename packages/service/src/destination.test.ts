import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { destinationOf } from './destination.js'

const at = (path: string) => destinationOf(path, '/api/v1/embed', '/base/api/v1')

describe('destinationOf', () => {
  it.each([
    ['/api/v1/embed', '/base/api/v1'],
    ['/api/v1/embed/', '/base/api/v1/'],
    ['/api/v1/embed/vectors/1', '/base/api/v1/vectors/1'],
    ['/api/v1/embed/a%2Fb%20c', '/base/api/v1/a%2Fb%20c'],
    ['/api/v1/embed//double', '/base/api/v1//double'],
    ['/api/v1/embed/v1..2/...', '/base/api/v1/v1..2/...'],
    ['/api/v1/embed/./x', '/base/api/v1/./x'],
    ['/api/v1/embed/%252e%252e/x', '/base/api/v1/%252e%252e/x'],
    ['/api/v1/embed?of=../%zz', '/base/api/v1?of=../%zz'],
    ['/api/v1/embed/x?', '/base/api/v1/x?'],
  ])('keeps %s below the prefix unchanged', (path, destination) => {
    expect(at(path)).toBe(destination)
  })

  it.each([
    '/api/v1/embed/..',
    '/api/v1/embed/../x',
    '/api/v1/embed/%2e%2e/x',
    '/api/v1/embed/.%2E/x',
    '/api/v1/embed/..%2fx',
    '/api/v1/embed/..%5cx',
    '/api/v1/embed/..\\x',
    '/api/v1/embed/x\\..\\..\\y',
    '/api/v1/embed/..%20',
    '/api/v1/embed/..%3fx',
    '/api/v1/embed/..%23',
    '/api/v1/embed/.%09./x',
    '/api/v1/embed/%zz',
    '/api/v1/embed/%c0%ae%c0%ae/x',
    '/%61pi/v1/embed/x',
    '/elsewhere',
  ])('refuses %s', (path) => {
    expect(() => at(path)).toThrow(expect.objectContaining({ statusCode: 400, code: 'BAD_PATH' }) as Error)
  })

  it('never leaves the upstream’s path', () => {
    const plain = ['.', '..', '/', '\\', '%2e', '%2E', '%2f', '%5c', '%25', '%', 'a', ';']
    // Characters that URL parsers drop, or that end a path.
    const hidden = ['%00', '%09', '%0a', '%20', '%23', '%3f', '#', '?', ' ']
    const part = fc.constantFrom(...plain, ...hidden)
    fc.assert(
      fc.property(fc.array(part), (parts) => {
        let destination: string
        try {
          destination = at(`/api/v1/embed/${parts.join('')}`)
        } catch {
          return
        }
        const [path = ''] = destination.split('?', 1)
        for (const read of [destination, decodeURIComponent(path)]) {
          // As the next parser may resolve it.
          expect(new URL(`http://upstream${read}`).pathname).toMatch(/^\/base\/api\/v1(\/|$)/)
        }
      }),
      { numRuns: 5000 },
    )
  })
})
