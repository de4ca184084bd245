/**
 * Returns the upstream's path for a path below a prefix of this service.
 *
 * @throws an error of status 400 for a path that leaves the prefix, in any encoding
 */
export function destinationOf(path: string, prefix: string, upstreamPath: string): string {
  // The router decodes the prefix; only an attempt to bypass checks encodes it.
  if (!path.startsWith(prefix) || leavesPrefix(path)) {
    const message = 'Invalid path: expected no ".." and no encoded characters in the prefix'
    throw Object.assign(new Error(message), { statusCode: 400, code: 'BAD_PATH' })
  }
  return upstreamPath + path.slice(prefix.length)
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
