import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { parseTrustProxy, plainAddress, type ProxyTrust } from './trust-proxy.js'

/** Returns the function of a valid value other than false. */
function trustBy(value: string): ProxyTrust {
  const trust = parseTrustProxy(value)
  if (!trust) throw new Error(`${value} trusts nothing`)
  return trust
}

describe('parseTrustProxy', () => {
  it.each([undefined, '', '  ', 'false', 'FALSE', '0'])('trusts no address with %j', (value) => {
    expect(parseTrustProxy(value)).toBe(false)
  })

  it('trusts every address with true', () => {
    expect(['127.0.0.1', '8.8.8.8', '::1'].map((address) => trustBy('true')(address, 5))).toEqual([true, true, true])
  })

  it('trusts as many proxies as the number', () => {
    const trust = trustBy('2')
    expect([0, 1, 2].map((hop) => trust('8.8.8.8', hop))).toEqual([true, true, false])
  })

  it.each([
    ['127.0.0.1', '127.0.0.1', true],
    ['127.0.0.1', '127.0.0.2', false],
    ['10.0.0.0/8, 192.168.1.1', '10.1.2.3', true],
    ['10.0.0.0/8,192.168.1.1', '192.168.1.1', true],
    ['10.0.0.0/8,192.168.1.1', '192.168.1.2', false],
    ['10.0.0.0/8', '::ffff:10.1.2.3', true],
    ['0.0.0.0/0', '8.8.8.8', true],
    ['2001:db8::/32', '2001:db8:1::1', true],
    ['2001:db8::/32', '2001:db9::1', false],
    ['fe80::/10', 'fe80::1%eth0', true],
    ['loopback', '::1', true],
    ['loopback', '127.9.9.9', true],
    ['uniquelocal, loopback', '172.31.0.1', true],
    ['linklocal', '169.254.1.1', true],
    ['linklocal', '10.0.0.1', false],
    ['loopback', 'unknown', false],
    ['loopback', undefined, false],
  ])('with %s decides about %s', (value, address, isTrusted) => {
    expect(trustBy(value)(address, 0)).toBe(isTrusted)
  })

  it.each([
    'yes',
    '-1',
    '1.5',
    '10.0.0.0/33',
    '::/129',
    '10.0.0',
    'proxy.example',
    '10.0.0.1,,::1',
    '10.0.0.0/8/8',
    '1e3',
  ])('refuses %s', (value) => {
    expect(parseTrustProxy(value)).toBeUndefined()
  })

  it('trusts each address that it lists', () => {
    fc.assert(
      fc.property(fc.oneof(fc.ipV4(), fc.ipV6()), (address) => {
        expect(trustBy(address)(address, 0)).toBe(true)
      }),
    )
  })
})

describe('plainAddress', () => {
  it.each([
    ['1.2.3.4', '1.2.3.4'],
    ['1.2.3.4:567', '1.2.3.4'],
    ['[2001:db8::1]:443', '2001:db8::1'],
    ['[2001:db8::1]', '2001:db8::1'],
    ['::ffff:1.2.3.4', '1.2.3.4'],
    ['fe80::1%eth0', 'fe80::1'],
    ['unknown', undefined],
    ['_hidden', undefined],
    ['', undefined],
    ['1.2.3.4, 5.6.7.8', undefined],
  ])('of %j is %j', (text, address) => {
    expect(plainAddress(text)).toBe(address)
  })
})
