/**
 * Returns the upstream's URL for a URL below a prefix of this service, both from the path on, with the query unchanged.
 *
 * @throws an error of status 400 for a path that leaves the prefix, in any encoding
 */
export function destinationOf(url: string, prefix: string, upstreamPath: string): string {
  const query = url.indexOf('?')
  const path = query === -1 ? url : url.slice(0, query)
  // The router decodes the prefix; only an attempt to bypass checks encodes it.
  if (!path.startsWith(prefix) || leavesPrefix(path)) {
    const message = 'Invalid path: expected no ".." and no encoded characters in the prefix'
    throw Object.assign(new Error(message), { statusCode: 400, code: 'BAD_PATH' })
  }
  return upstreamPath + url.slice(prefix.length)
}

/** Rewrites a location of the upstream to this service's path; returns it unchanged if this service does not serve it. */
export function locationOf(location: string, prefix: string, upstreamPath: string): string {
  const rest = location.slice(upstreamPath.length)
  return location.startsWith(upstreamPath) && /^([/?#]|$)/.test(rest) ? prefix + rest : location
}

/** Returns whether the path has a `..`, as written or after decoding, dropping blanks and splitting off a query. */
function leavesPrefix(path: string): boolean {
  if (!/[%\\]|\.\./.test(path)) return false
  try {
    const decoded = decodeURIComponent(path).replaceAll(/[\p{Cc} ]/gu, '')
    return decoded.split(/[/\\?#]/).includes('..')
  } catch {
    return true
  }
}
