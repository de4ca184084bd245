/**
 * The path at an upstream of a path that this service has under a prefix.
 *
 * @throws an error of status 400 for a path that leads out of the prefix, however it is written
 */
export function destinationOf(path: string, prefix: string, upstreamPath: string): string {
  // A router takes %61pi for api; nobody else writes so.
  if (!path.startsWith(prefix) || leadsElsewhere(path)) {
    const message = 'the path leads elsewhere: send it as it is, without ".." and without encoding its prefix'
    throw Object.assign(new Error(message), { statusCode: 400, code: 'BAD_PATH' })
  }
  return upstreamPath + path.slice(prefix.length)
}

/** The way back: a location as this service names it, or as the upstream does if this service does not serve it. */
export function locationOf(location: string, prefix: string, upstreamPath: string): string {
  const rest = location.slice(upstreamPath.length)
  return location.startsWith(upstreamPath) && /^([/?#]|$)/.test(rest) ? prefix + rest : location
}

/** Whether the path has a `..`, also for whoever decodes it once more, drops blanks, or looks for a query then. */
function leadsElsewhere(path: string): boolean {
  if (!/[%\\]|\.\./.test(path)) return false
  try {
    const decoded = decodeURIComponent(path).replaceAll(/[\p{Cc} ]/gu, '')
    return decoded.split(/[/\\?#]/).includes('..')
  } catch {
    return true
  }
}
