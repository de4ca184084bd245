/** The host before a port, and all that says where it is. */
export interface Address {
  /** How many code units before the port it takes, its colon and scheme included. */
  readonly length: number
  readonly scheme?: string
  /** As written; empty in `:3000`. */
  readonly host: string
  /** What the host is called where that says something: `postgres`, `GRAFANA_HOST`. */
  readonly name?: string
  readonly isLoopback: boolean
  /** Whether it is reached inside a network of containers. */
  readonly isContainer: boolean
  /** Whether it is a protocol's name rather than a host's, as in `tcp:3000`. */
  readonly isProtocol: boolean
  /** Whether it is surely another machine. */
  readonly isRemote: boolean
}

/** How much of a host, or of a user's name and password, is looked at. */
const reach = 100

/** The address whose colon ends a text, as in `http://localhost:`; undefined where the text ends in none. */
export function findAddress(before: string): Address | undefined {
  if (!before.endsWith(':')) return undefined
  const hostStart = findHostStart(before)
  const host = before.slice(hostStart, -1)
  const opening = before.slice(Math.max(0, hostStart - reach), hostStart)
  const scheme = /(?:^|[^a-z\d+._])([a-z][a-z\d+.]{0,30}):\/\/(?:[^\s/@"'`<>]*@)?$/i.exec(opening)
  const start = scheme ? hostStart - (scheme[0].length - scheme[0].search(/[a-z]/i)) : hostStart
  return {
    length: before.length - start,
    ...(scheme && { scheme: scheme[1]!.toLowerCase() }),
    host,
    ...judgeHost(host),
  }
}

/** Where the host begins that ends before a text's last colon: names, addresses, brackets, variables. */
function findHostStart(before: string): number {
  const closers: Readonly<Record<string, string>> = { ']': '[', '}': '{', '>': '<' }
  let at = before.length - 1
  const limit = Math.max(0, at - reach)
  while (at > limit) {
    const character = before[at - 1]!
    const opener = closers[character]
    if (opener !== undefined) {
      const open = before.lastIndexOf(opener, at - 2)
      if (open < limit) break
      at = open
      // `{{ host }}` and `${HOST}` begin before their last opener.
      while (at > limit && /[{$]/.test(before[at - 1]!)) at--
    } else if (/[\w.*~%$-]/.test(character)) at--
    else break
  }
  return at
}

const loopback =
  /^(?:localhost|127(?:\.\d{1,3}){3}|0\.0\.0\.0|\*|\[(?:::1?|::ffff:127\.0\.0\.1|0:0:0:0:0:0:0:1)\]|[\w-]+\.localhost|(?:[\w-]+\.)?lvh\.me|host\.docker\.internal|gateway\.docker\.internal|host\.containers\.internal|host-gateway|172\.17\.0\.1|10\.0\.2\.2)$/i

function judgeHost(host: string): Omit<Address, 'length' | 'scheme' | 'host'> {
  const nowhere = { isLoopback: false, isProtocol: false, isContainer: false, isRemote: false }
  if (loopback.test(host)) return { ...nowhere, isLoopback: true }
  if (/^(?:tcp|udp|https?|http-get)$/i.test(host)) return { ...nowhere, isProtocol: true }
  const variable = /[${<]/.test(host) ? /[A-Za-z_][\w.-]*/.exec(host)?.[0] : undefined
  if (variable !== undefined || host === '') {
    return { ...nowhere, ...(variable !== undefined && { name: variable }) }
  }
  const inCluster = /^([a-z][\w-]*)(?:\.[\w-]+)*\.svc(?:\.cluster\.local)?$/i.exec(host)
  if (inCluster) return { ...nowhere, name: inCluster[1]!, isContainer: true }
  const isSingleLabel = /^[a-z][\w-]*$/i.test(host)
  return { ...nowhere, name: host, isContainer: isSingleLabel, isRemote: !isSingleLabel }
}
