import type { IncomingHttpHeaders, IncomingMessage } from 'node:http'
import { lengthOfHeader, type Limits } from './limits.js'

/** A host and its port, of at most 300 characters: a name has no more than 253, and it is forwarded in a header. */
const hostPattern = /^(?=.{1,300}$)(?:\[[\da-f:.]+\]|(?:[\w.~!$&'()*+,;=-]|%[\da-f]{2})+)(?::\d{0,5})?$/i

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
export function refusalOf(request: IncomingMessage, limits: Limits): Refusal | undefined {
  const { headers, rawHeaders, httpVersion, url = '' } = request
  let isHostValid = true
  if (httpVersion !== '1.1' && httpVersion !== '1.0')
    return refuse(505, 'HTTP_VERSION_NOT_SUPPORTED', 'expected HTTP/1.1 or HTTP/1.0')
  let hosts = 0
  let length = 0
  for (let index = 0; index < rawHeaders.length; index += 2) {
    const name = rawHeaders[index]!
    const value = rawHeaders[index + 1]!
    length += lengthOfHeader(name, value)
    if (name.length === 4 && name.toLowerCase() === 'host') {
      hosts++
      isHostValid &&= hostPattern.test(value)
    }
  }
  if (url.length > limits.url) return refuse(414, 'URI_TOO_LONG', `the URL is longer than ${limits.url} bytes`)
  if (length > limits.headers || rawHeaders.length > limits.headerCount * 2) {
    const problem = `the headers are larger than ${limits.headers} bytes, or more than ${limits.headerCount}`
    return refuse(431, 'REQUEST_HEADER_FIELDS_TOO_LARGE', problem)
  }
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
