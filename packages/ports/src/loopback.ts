const loopback = /^(localhost\.?|127(\.\d{1,3}){3}|::1|::ffff:127(\.\d{1,3}){3})$/i

/** Returns whether a host is a loopback name or address; an IPv6 address may have brackets, as in a URL. */
export function isLoopback(host: string): boolean {
  return loopback.test(withoutBrackets(host))
}

/** Returns whether a host reaches this machine: a loopback name or address, or the unspecified address. */
export function isThisMachine(host: string): boolean {
  return isLoopback(host) || /^(0\.0\.0\.0|::)$/.test(withoutBrackets(host))
}

function withoutBrackets(host: string): string {
  return host.replace(/^\[(.*)\]$/, '$1')
}
