/** A request as it is sent, and the statuses of the answers on its connection. */
export interface Shape {
  readonly name: string
  readonly bytes: string
  /** The statuses of all answers, 100 included. */
  readonly statuses: readonly number[]
  /** Whether the connection is closed after the last answer. */
  readonly isClosed: boolean
  /** Why nginx gives another class of answer, where it does. */
  readonly differs?: string
}

const host = 'Host: x\r\n'
const upgrade = 'Connection: Upgrade\r\nUpgrade: h2c\r\n'
const chunked = 'Transfer-Encoding: chunked\r\n'

/** Returns a request for a target of the API. */
function get(target: string, headers = '', method = 'GET'): string {
  return `${method} ${target} HTTP/1.1\r\n${host}${headers}\r\n`
}

/** Returns a POST with headers and a body as they are. */
function post(headers: string, body: string): string {
  return `POST /api/v1/x HTTP/1.1\r\n${host}${headers}\r\n${body}`
}

function withHost(lines: string, target = '/api/v1/x'): string {
  return `GET ${target} HTTP/1.1\r\n${lines}\r\n`
}

const next = get('/api/v1/next')
const chunks = '5\r\nhello\r\n0\r\n\r\n'
const lenient = 'nginx is more lenient than RFC 9112'

type Row = readonly [name: string, bytes: string, statuses: number | readonly number[], differs?: string]

const accepted: readonly Row[] = [
  ['a plain request', get('/api/v1/x'), 200],
  ['HTTP/1.0', 'GET /api/v1/x HTTP/1.0\r\nConnection: keep-alive\r\n\r\n', 200],
  ['an upgrade to h2c', get('/api/v1/x', `${upgrade}HTTP2-Settings: AAMAAABkAAQCAAAAAAIAAAAA\r\n`), 200],
  ['an upgrade to an unknown protocol', get('/api/v1/x', 'Connection: upgrade\r\nUpgrade: irc/6.9\r\n'), 200],
  [
    'an upgrade to h2c or websocket, without a key',
    get('/api/v1/x', 'Connection: upgrade\r\nUpgrade: h2c, websocket\r\n'),
    200,
  ],
  ['an Upgrade that Connection does not name', get('/api/v1/x', 'Upgrade: websocket\r\n'), 200],
  ['an upgrade with HTTP/1.0', `GET /api/v1/x HTTP/1.0\r\n${upgrade}Connection: keep-alive\r\n\r\n`, 200],
  ['an upgrade with a request behind it', get('/api/v1/x', upgrade) + next, [200, 200]],
  ['an upgrade between two requests', next + get('/api/v1/x', upgrade) + next, [200, 200, 200]],
  ['an upgrade with a body', post(`${upgrade}Content-Length: 5\r\n`, 'hello') + next, [200, 200]],
  ['an upgrade with chunks, twice', post(upgrade + chunked, chunks).repeat(2) + next, [200, 200, 200]],
  [
    'an upgrade that expects 100-continue',
    post(`${upgrade}Expect: 100-continue\r\nContent-Length: 5\r\n`, 'hello'),
    [100, 200],
  ],
  ['an absolute URL', get('http://x/api/v1/x'), 200],
  ['an absolute URL with another host', get('http://y:8080/api/v1/x'), 200],
  ['an absolute URL in capitals', get('HTTP://X/api/v1/x'), 200],
  ['an IPv6 host', withHost('Host: [::1]:80\r\n'), 200],
  ['no Host in HTTP/1.0', 'GET /api/v1/x HTTP/1.0\r\nConnection: keep-alive\r\n\r\n', 200],
  ['a body with GET', get('/api/v1/x', 'Content-Length: 5\r\n') + 'hello' + next, [200, 200]],
  ['chunks with GET', get('/api/v1/x', chunked) + chunks + next, [200, 200]],
  ['chunk extensions', post(chunked, '5;a=b\r\nhello\r\n0\r\n\r\n'), 200],
  ['trailers', post(`${chunked}Trailer: X-T\r\n`, '5\r\nhello\r\n0\r\nX-T: 1\r\n\r\n') + next, [200, 200]],
  ['HEAD', get('/api/v1/x', '', 'HEAD') + next, [200, 200]],
  ['an empty line before the request', `\r\n${next}`, 200],
  ['a header with a byte above ASCII', get('/api/v1/x', 'X-A: \xe9\r\n'), 200],
  ['an expectation of 100-continue', post('Expect: 100-continue\r\nContent-Length: 5\r\n', 'hello'), [100, 200]],
  ['an expectation in capitals', post('Expect: 100-Continue\r\nContent-Length: 5\r\n', 'hello'), [100, 200]],
  ['a path that leaves the API', get('/api/v1/../health'), 400],
  ['a path that leaves the API, encoded', get('/api/v1/%2e%2e/health'), 400],
  ['an invalid escape in the path', get('/api/v1/%zz'), 400],
  ['an unknown path', get('/nowhere'), 404],
  ['two slashes before the API', get('//api/v1/x'), 404],
  ['OPTIONS for the whole server', get('*', '', 'OPTIONS'), 204, 'nginx does not support it'],
]

const refused: readonly Row[] = [
  ['two Host headers', withHost('Host: a\r\nHost: b\r\n'), 400],
  ['the same Host header twice', withHost('Host: a\r\nhost: a\r\n'), 400],
  ['no Host', withHost(''), 400],
  ['no Host with an absolute URL', withHost('', 'http://x/api/v1/x'), 400],
  ['an empty Host', withHost('Host:\r\n'), 400],
  ['a Host with a blank', withHost('Host: a b\r\n'), 400],
  ['a Host with a path', withHost('Host: a/b\r\n'), 400],
  ['a Host with a user', withHost('Host: u@a\r\n'), 400, lenient],
  ['a Host with an invalid port', withHost('Host: a:b\r\n'), 400, lenient],
  ['a Host with half a bracket', withHost('Host: [::1\r\n'), 400, lenient],
  ['an absolute URL with a user', get('http://u:p@x/api/v1/x'), 400],
  ['an absolute URL with another scheme', get('ftp://x/api/v1/x'), 400, lenient],
  ['CONNECT', get('x:443', '', 'CONNECT'), 405],
  ['GET for an authority', get('x:443'), 400],
  ['GET for the whole server', get('*'), 400],
  ['a path without a slash', get('api/v1/x'), 400],
  ['a length and chunks', post(`Content-Length: 4\r\n${chunked}`, '0\r\n\r\n'), 400],
  ['two lengths', post('Content-Length: 1\r\nContent-Length: 2\r\n', 'ab'), 400],
  ['the same length twice', post('Content-Length: 1\r\nContent-Length: 1\r\n', 'a'), 400],
  ['a list of lengths', post('Content-Length: 1, 1\r\n', 'a'), 400],
  ['a length with a sign', post('Content-Length: +1\r\n', 'a'), 400],
  ['a hexadecimal length', post('Content-Length: 0x1\r\n', 'a'), 400],
  ['an empty length', post('Content-Length:\r\n', 'a'), 400],
  ['a length beyond any number', post('Content-Length: 99999999999999999999999\r\n', 'a'), 400],
  [
    'chunks that are not the last encoding',
    post('Transfer-Encoding: chunked, gzip\r\n', '0\r\n\r\n'),
    400,
    'nginx answers 501',
  ],
  ['an encoding before chunks', post('Transfer-Encoding: gzip, chunked\r\n', '0\r\n\r\n'), 501],
  ['an unknown encoding', post('Transfer-Encoding: xchunked\r\n', '0\r\n\r\n'), 400, 'nginx answers 501'],
  ['two encodings', post(chunked + chunked, '0\r\n\r\n'), 400],
  ['chunks in HTTP/1.0', `POST /api/v1/x HTTP/1.0\r\n${chunked}\r\n0\r\n\r\n`, 400],
  ['a folded header', get('/api/v1/x', 'X-A: b\r\n c\r\n'), 400],
  ['a folded Transfer-Encoding', post('Transfer-Encoding:\r\n chunked\r\n', '0\r\n\r\n'), 400],
  ['bare line feeds', `GET /api/v1/x HTTP/1.1\nHost: x\n\n`, 400, lenient],
  ['a bare line feed in the headers', get('/api/v1/x', 'X-A: b\nX-B: c\r\n'), 400, lenient],
  ['a bare carriage return in a header', get('/api/v1/x', 'X-A: b\rX-B: c\r\n'), 400],
  ['a blank before a colon', get('/api/v1/x', 'X-A : b\r\n'), 400],
  ['a blank before the first header', `GET /api/v1/x HTTP/1.1\r\n ${host}\r\n`, 400],
  ['a zero byte in a header', get('/api/v1/x', 'X-A: a\0b\r\n'), 400],
  ['a header without a name', get('/api/v1/x', ': b\r\n'), 400],
  ['a header without a colon', get('/api/v1/x', 'X-A\r\n'), 400, lenient],
  ['a header name with brackets', get('/api/v1/x', 'X(A): b\r\n'), 400, lenient],
  ['a chunk with a bare line feed', post(chunked, '5\nhello\r\n0\r\n\r\n'), 400, lenient],
  ['a chunk with an invalid size', post(chunked, 'zz\r\nhello\r\n0\r\n\r\n'), 400],
  ['a chunk size beyond any number', post(chunked, 'ffffffffffffffffff\r\nhello\r\n0\r\n\r\n'), 400],
  ['a chunk without an end', post(chunked, '5\r\nhelloX0\r\n\r\n'), 400],
  ['a blank in the path', get('/api/v1/x y'), 400],
  ['a zero byte in the path', get('/api/v1/\0'), 400],
  ['an unknown expectation', get('/api/v1/x', 'Expect: tea\r\n'), 417, 'nginx ignores it'],
  ['an expectation besides 100-continue', get('/api/v1/x', 'Expect: 100-continue, tea\r\n'), 417, 'nginx ignores it'],
  ['the preface of HTTP/2', 'PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n', 400],
  ['HTTP/0.9', 'GET /api/v1/x\r\n\r\n', 505, 'nginx answers without a status'],
  ['HTTP/3.0', 'GET /api/v1/x HTTP/3.0\r\nHost: x\r\n\r\n', 400, 'nginx answers 505'],
  ['a protocol in small letters', 'GET /api/v1/x http/1.1\r\nHost: x\r\n\r\n', 400],
  ['an unknown method', get('/api/v1/x', '', 'FOO'), 400],
  ['the PROXY protocol', `PROXY TCP4 192.0.2.1 192.0.2.2 1 2\r\n${next}`, 400],
  ['TLS', '\x16\x03\x01\x02\x00\x01\x00\x01garbage\r\n\r\n', 400],
  ['a URL of 24 KB', get(`/api/v1/${'x'.repeat(24_000)}`), 414],
  ['a URL of 60 KB', get(`/api/v1/${'x'.repeat(60_000)}`), 414],
  ['a header of 20 KB', get('/api/v1/x', `X: ${'x'.repeat(20_000)}\r\n`), 431],
  ['a header of 60 KB', get('/api/v1/x', `X: ${'x'.repeat(60_000)}\r\n`), 431],
  ['4,000 headers', get('/api/v1/x', 'X: x\r\n'.repeat(4000)), 431],
]

function shapesOf(rows: readonly Row[], isClosed: boolean): Shape[] {
  return rows.map(([name, bytes, statuses, differs]) => ({
    name,
    bytes,
    statuses: [statuses].flat(),
    isClosed,
    ...(differs !== undefined && { differs }),
  }))
}

/** Requests in the forms that HTTP allows and forbids, and those of known attacks, with the answers of RFC 9110 and 9112. */
export const shapes: readonly Shape[] = [...shapesOf(accepted, false), ...shapesOf(refused, true)]
