import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { TextOptions } from './number.js'
import { readText } from './text.js'

/** Each port with its role, where not the host's its side, and what is said of whose it is. */
function read(text: string, style: TextOptions['style']): string {
  return readText(text, { style })
    .map(({ start, end, role, side, clues, isRemote, isPast }) => {
      const place = side === 'host' ? '' : `, ${side}`
      const said = clues.filter(({ kind }) => kind !== 'context').map(({ text: clue }) => clue)
      return `${isPast ? 'past ' : ''}${isRemote ? 'remote ' : ''}${text.slice(start, end)} ${role}${place} (${said.join('; ')})`
    })
    .join(' | ')
}

describe('readText', () => {
  it.each([
    ['Grafana: http://localhost:3010 (admin/admin)', '3010 url (Grafana)'],
    ['gateway on port 3000 and core on port 3001', '3000 prose (gateway on) | 3001 prose (and core on)'],
    ['http://localhost:3000 - Gateway', '3000 url (Gateway)'],
    ['ports 3000, 3001 and 3002', '3000 prose () | 3001 prose () | 3002 prose ()'],
    ['- **postgres**: 5433:5432', '5433 publish (postgres) | 5432 container, container (postgres)'],
    ['https://user:secret@db.example.com:8443/x', 'remote 8443 url (db.example.com)'],
    ['postgres://u:p@postgres:5432/db', '5432 url, container (postgres; postgres)'],
    ['connect 9222, then listening on 3000', '9222 prose (connect) | 3000 prose (then listening on)'],
    ['Port to listen on (default: 5432)', '5432 prose (Port to listen on default)'],
    ['Set `PORT` to 3000', '3000 prose (Set PORT to)'],
    ['Formerly on port 3003', 'past 3003 prose (Formerly on)'],
    ['0.0.0.0:3010->3000/tcp', '3010 publish () | 3000 container, container ()'],
  ])('reads the words of %s', (text, expected) => {
    expect(read(text, 'prose')).toBe(expected)
  })

  it.each([
    ['postgres:5432', '5432 url, container (postgres)'],
    [':8080', '8080 listen ()'],
    ['http://${GRAFANA_HOST}:3000', '3000 url (GRAFANA_HOST)'],
    ['http://localhost:3000,http://localhost:3001', '3000 url () | 3001 url ()'],
    ['http://[::1]:3002/api', '3002 url ()'],
    ['127.0.0.1:3001:3000', '3001 publish () | 3000 container, container ()'],
    ['3000-3005:3000-3005', '3000 publish () | 3005 prose ()'],
  ])('reads the whole value %s', (text, expected) => {
    expect(read(text, 'string')).toContain(expected.split(' | ')[0])
  })

  it.each([
    ['PORT=3000 node x.js', '3000 env value (PORT)'],
    ['export GRAFANA_PORT=${GRAFANA_PORT:-3010}', '3010 env default (GRAFANA_PORT)'],
    [
      'docker run --name core -p 3001:3000 x',
      '3001 publish (core; docker run name core p) | 3000 container, container (core; docker run name core p)',
    ],
    ['port = int(os.environ.get("PORT", 8000))', '8000 env default (PORT)'],
    ['parser.add_argument("--port", type=int, default=8000)', '8000 env default (port)'],
    ['http.ListenAndServe(":8080", nil)', '8080 listen (http.ListenAndServe)'],
    ['app.listen(3000, () => {})', '3000 listen ()'],
    ['listen 80;', '80 listen ()'],
    ['lsof -ti:3000', '3000 flag ()'],
    ['npx kill-port 3000 3001', '3000 flag () | 3001 flag ()'],
    ['nc -w 2 -z localhost 5433', '5433 flag ()'],
    ['psql -h localhost -p 5433', '5433 flag ()'],
    ['API_URL=${1:-http://localhost:3000}', '3000 url (API_URL; API_URL 1)'],
    ['node --inspect=9229 x.js', '9229 flag (inspect)'],
    ['containerPort = 3000', '3000 listen, container (containerPort)'],
    ['wait-on tcp:3000', '3000 url (wait-on)'],
  ])('reads the command or line %s', (text, expected) => {
    expect(read(text, 'code')).toBe(expected)
  })

  it.each([
    'see traces.tsx:1131 and test.ts:999:999',
    '2002:7f00:1:: and 2606:2800:220:1:248:1893:25c8:1946',
    'at 10:30, 16:9, node:20, redis:7 and ISO 8601:2000',
    'serves 3000 requests with a timeout of 3000 ms',
    '{"statusCode":500}',
    'mkdir -p 2024 && sleep 3000 && autocannon -p 10',
    'BATCH_EXPORT_SIZE=5000, INVALID_PORT=3003 and withViewportWidth(3000)',
    'ports are 1 to 65535',
    'https://abc:123@example.com/',
    '#3010ff, $3000, v3000 and 1.3000',
  ])('takes nothing for a port in %s', (text) => {
    for (const style of ['prose', 'string', 'code'] as const) expect(read(text, style)).toBe('')
  })

  it('gives every number of any text its place, in order and once', () => {
    const piece = fc.oneof(
      fc.constantFrom(':', '//', '-p ', 'PORT=', '${A:-', '}', '"', ' ', '\n', 'localhost', 'port ', '3000', '80', '['),
      fc.string({ unit: 'binary', maxLength: 5 }),
    )
    fc.assert(
      fc.property(fc.array(piece, { maxLength: 40 }), fc.constantFrom('prose', 'string', 'code'), (pieces, style) => {
        const text = pieces.join('')
        let end = 0
        for (const sighting of readText(text, { style })) {
          expect(sighting.start).toBeGreaterThanOrEqual(end)
          expect(Number(text.slice(sighting.start, sighting.end).replace('_', ''))).toBe(sighting.port)
          end = sighting.end
        }
      }),
      { numRuns: 500 },
    )
  })
})
