import fc from 'fast-check'
import { findDialect, loadReader } from './dialects.js'
import type { Match } from './match.js'

/** Returns every match of a file, in the order of the text, and the parts that the reader refused. */
export async function readMatches(
  path: string,
  text: string,
): Promise<{ matches: readonly Match[]; refused: string[] }> {
  const dialect = findDialect(path)
  if (dialect === undefined || dialect === 'generated') throw new Error(`No dialect reads ${path}`)
  const refused: string[] = []
  const reader = await loadReader(dialect)
  return { matches: await reader(text, path, (reason) => refused.push(reason)), refused }
}

/**
 * Returns a file's matches, one line each, for tests of a dialect:
 * `3001 publish host CORE_PORT=variable core=block [override CORE_PORT, inner 3000]`.
 */
export async function matchesOf(path: string, text: string): Promise<string[]> {
  return (await readMatches(path, text)).matches.map(describe)
}

function describe(match: Match): string {
  const {
    port,
    role,
    side,
    evidence,
    host,
    scheme,
    innerPort,
    publication,
    rangeEnd,
    override,
    follower,
    outerPort: _,
    ...rest
  } = match
  const notes = [
    host && host !== 'named' && `host ${host}`,
    scheme && `scheme ${scheme}`,
    innerPort !== undefined && `inner ${innerPort}`,
    publication?.address !== undefined && `address ${publication.address}`,
    publication?.protocol === 'udp' && 'udp',
    publication?.profiles && `profiles ${publication.profiles.join(' ')}`,
    rangeEnd !== undefined && `to ${rangeEnd}`,
    override && `override ${override}`,
    follower && `follower ${follower}`,
    ...Object.entries(rest).map(([field, value]) => value === true && field),
  ].filter(Boolean)
  const names = evidence.map(({ kind, text }) => `${text}=${kind}`)
  return [port, role, side, ...names, ...(notes.length > 0 ? [`[${notes.join(', ')}]`] : [])].join(' ')
}

const pieces = [
  Array.from('[]{}()<>"\'`$\\#:;,.=|&-/*@ \t\n'),
  ['\r\n', '\uFEFF', '🚢', '\0', '${', '{{', '<<EOF\n', '"""', '//', '/*', '*/', ': ', ' = ', '[cfg]\n'],
  ['3000', '3001', '65535', '0', '30_795', '08', '1.5', '3000-3005', '3010:3000', ':8080'],
  ['PORT', 'ports:\n', 'services:\n', 'CORE_PORT=', '"port": ', '--port ', '-p ', 'localhost:', 'http://', 'core:'],
].flat()

/** Returns a text for which a reader throws or returns a match without its number, or undefined if there is none. */
export async function findUnsound(path: string): Promise<unknown> {
  const anyText = fc.array(fc.constantFrom(...pieces), { maxLength: 60 }).map((parts) => parts.join(''))
  const result = await fc.check(
    fc.asyncProperty(anyText, async (text) => {
      const { matches } = await readMatches(path, text)
      return matches.every(({ start, end, port }) => Number(text.slice(start, end).replace('_', '')) === port)
    }),
    { numRuns: 300 },
  )
  return result.failed ? result.counterexample : undefined
}
