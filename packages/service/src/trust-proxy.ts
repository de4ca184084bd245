import { BlockList, isIP } from 'node:net'

/** Returns whether the forwarding headers of an address are trusted; hop 0 is the direct peer. */
export type ProxyTrust = (address: string | undefined, hop: number) => boolean

/** The named ranges of `TRUST_PROXY`, as in Express and Fastify. */
const namedRanges: Readonly<Record<string, readonly string[]>> = {
  loopback: ['127.0.0.0/8', '::1/128'],
  linklocal: ['169.254.0.0/16', 'fe80::/10'],
  uniquelocal: ['10.0.0.0/8', '172.16.0.0/12', '192.168.0.0/16', 'fc00::/7'],
}

/** The values of `TRUST_PROXY`, for messages. */
export const trustProxyValues =
  'true, false, a number of proxies, or IP addresses, CIDR ranges and loopback, linklocal or uniquelocal, separated by commas'

/**
 * Parses `TRUST_PROXY`: `false` (the default), `true`, the number of proxies in front of the service, or a list of
 * addresses and ranges.
 *
 * @returns false to trust no proxy, undefined for an invalid value
 */
export function parseTrustProxy(value: string | undefined): ProxyTrust | false | undefined {
  const text = value?.trim().toLowerCase() ?? ''
  if (text === '' || text === 'false' || text === '0') return false
  if (text === 'true') return () => true
  if (/^\d{1,3}$/.test(text)) {
    const hops = Number(text)
    return (_address, hop) => hop < hops
  }
  return trustRanges(text.split(',').map((part) => part.trim()))
}

/** Returns the IP address without a port, a zone and the IPv6 form of an IPv4 address; undefined if it is none. */
export function plainAddress(text: string): string | undefined {
  const host = /^\[(.*)\](?::\d+)?$/.exec(text)?.[1] ?? /^([\d.]+):\d+$/.exec(text)?.[1] ?? text
  const address = host.replace(/%.*$/, '').replace(/^::ffff:(?=[\d.]+$)/i, '')
  return isIP(address) === 0 ? undefined : address
}

function trustRanges(parts: readonly string[]): ProxyTrust | undefined {
  const trusted = new BlockList()
  for (const range of parts.flatMap((part) => namedRanges[part] ?? part)) {
    const [, address = '', prefix] = /^([^/]*)(?:\/(\d{1,3}))?$/.exec(range) ?? []
    const bits = { 4: 32, 6: 128 }[isIP(address)]
    if (bits === undefined || Number(prefix ?? bits) > bits) return undefined
    trusted.addSubnet(address, Number(prefix ?? bits), bits === 32 ? 'ipv4' : 'ipv6')
  }
  return (address) => {
    const plain = address === undefined ? undefined : plainAddress(address)
    return plain !== undefined && trusted.check(plain, isIP(plain) === 4 ? 'ipv4' : 'ipv6')
  }
}
