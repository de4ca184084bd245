import fc from 'fast-check'
import type { Reader, Sighting } from './sighting.js'

/** Pieces that files of all kinds are made of, so that random texts meet every branch. */
const pieces = [
  '[]{}()<>"\'`$\\#:;,.=|&-/*@ \t\n'.split(''),
  [
    '\r\n',
    '\uFEFF',
    '🚢',
    'é',
    '\0',
    '$(',
    '${',
    '{{',
    '<<EOF\n',
    'EOF\n',
    '"""',
    "'''",
    '//',
    '/*',
    '*/',
    ': ',
    ' = ',
  ],
  ['3000', '3001', '65535', '65536', '0', '30_795', '08', '1.5', '3000-3005', '3010:3000', ':8080', '\\u0033'],
  ['PORT', 'port', 'ports', 'CORE_PORT=', '"port": ', '--port', '-p ', 'localhost:', 'http://', 'core:', '127.0.0.1:'],
  [
    'EXPOSE ',
    'ENV ',
    'FROM ',
    'RUN ',
    'CMD ',
    'docker run ',
    'echo ',
    'for port in ',
    'case $port in ',
    'esac',
    'listen ',
  ],
].flat()

/** Any text at all, often one that resembles a file. */
const anyText = fc.oneof(
  fc.string({ unit: 'binary', maxLength: 200 }),
  fc.array(fc.constantFrom(...pieces), { maxLength: 60 }).map((parts) => parts.join('')),
)

/** A text for which a reader breaks what every reader promises; undefined where it finds none. */
export function findUnsound(reader: Reader, path: string): unknown {
  const result = fc.check(
    fc.property(anyText, (text) => isSound(reader(text, path), text)),
    { numRuns: 400 },
  )
  return result.failed ? result.counterexample : undefined
}

/** Whether sightings are in order, each once, and each where its number is spelled. */
function isSound(sightings: readonly Sighting[], text: string): boolean {
  return sightings.every(({ start, end, port }, index) => {
    const isBehind = index === 0 || start > sightings[index - 1]!.start
    return isBehind && Number(text.slice(start, end).replace('_', '')) === port && port > 0 && port < 65_536
  })
}

/** The numbers that a reader sees, in order. */
export function portsIn(reader: Reader, text: string, path: string): number[] {
  return reader(text, path).map(({ port }) => port)
}
