import type { IncomingHttpHeaders, IncomingMessage } from 'node:http'

/** The longest URL of a request, and the longest headers, in bytes. */
const longest = 16 * 1024

/** The limit of Node's parser: the URL and the headers together, so that each gets a separate error. */
export const longestHead = 2.5 * longest

/** Node drops the headers after the first thousand. */
const mostHeaderParts = 2000

const hostPattern = /^(?:\[[\da-f:.]+\]|(?:[\w.~!$&'()*+,;=-]|%[\da-f]{2})+)(?::\d{0,5})?$/i

/** A request that HTTP does not allow or this service does not support. */
export interface Refusal {
  readonly statusCode: number
  readonly code: string
  readonly message: string
}

/**
 * Changes a request target in absolute form (`GET http://host/path`) to its path, with its host in place of the `Host`
 * header (RFC 9112, section 3.2.2). Leaves an invalid one as it is.
 */
export function normalizeTarget(request: IncomingMessage): string {
  const url = request.url ?? ''
  if (url.startsWith('/')) return url
  const [, authority = '', rest = ''] = /^https?:\/\/([^/?#]*)(.*)$/is.exec(url) ?? []
  if (!hostPattern.test(authority)) return url
  request.headers.host = authority
  if (rest === '' && request.method === 'OPTIONS') return '*'
  return rest.startsWith('/') ? rest : `/${rest}`
}

/** Returns why a request is refused before any route sees it, by RFC 9110 and RFC 9112; undefined if it is not. */
export function refusalOf(request: IncomingMessage): Refusal | undefined {
  const { headers, rawHeaders, httpVersion, url = '' } = request
  let isHostValid = true
  if (httpVersion !== '1.1' && httpVersion !== '1.0')
    return refuse(505, 'HTTP_VERSION_NOT_SUPPORTED', 'expected HTTP/1.1 or HTTP/1.0')
  let hosts = 0
  let length = 0
  for (let index = 0; index < rawHeaders.length; index += 2) {
    const name = rawHeaders[index]!
    const value = rawHeaders[index + 1]!
    length += name.length + value.length
    if (name.length === 4 && name.toLowerCase() === 'host') {
      hosts++
      isHostValid &&= hostPattern.test(value)
    }
  }
  if (url.length > longest) return refuse(414, 'URI_TOO_LONG', `the URL is longer than ${longest} bytes`)
  if (length > longest || rawHeaders.length >= mostHeaderParts)
    return refuse(431, 'REQUEST_HEADER_FIELDS_TOO_LARGE', `the headers are larger than ${longest} bytes, or too many`)
  if (hosts > 1) return refuse(400, 'BAD_HOST', 'expected one Host header')
  if (!isHostValid || (hosts === 0 && httpVersion === '1.1'))
    return refuse(400, 'BAD_HOST', 'expected a Host header with a host name or an address')
  if (!url.startsWith('/') && !(url === '*' && request.method === 'OPTIONS'))
    return refuse(400, 'BAD_TARGET', 'expected a path, or a URL with http: or https:')
  return framingRefusal(headers, httpVersion)
}

function framingRefusal(headers: IncomingHttpHeaders, httpVersion: string): Refusal | undefined {
  const { 'transfer-encoding': encoding, expect } = headers
  if (encoding !== undefined && httpVersion !== '1.1')
    return refuse(400, 'BAD_FRAMING', 'Transfer-Encoding needs HTTP/1.1')
  if (encoding !== undefined && encoding.toLowerCase() !== 'chunked')
    return refuse(501, 'NOT_IMPLEMENTED', 'the only supported Transfer-Encoding is chunked')
  if (expect !== undefined && httpVersion === '1.1' && expect.toLowerCase() !== '100-continue')
    return refuse(417, 'EXPECTATION_FAILED', 'the only supported expectation is 100-continue')
  return undefined
}

function refuse(statusCode: number, code: string, problem: string): Refusal {
  return { statusCode, code, message: `Invalid request: ${problem}` }
}
