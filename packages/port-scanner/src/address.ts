import { parsePort, type Evidence, type HostKind, type Match } from './match.js'

/** A host as an address contains it. */
export interface Host {
  readonly kind: HostKind
  /** The name to compare with the registry: without brackets and without a cluster's suffix. */
  readonly name: string
}

const local =
  /^(?:localhost|(?:[\w-]+\.){1,5}localhost|127(?:\.\d{1,3}){3}|0\.0\.0\.0|::1?|[*+]|host\.(?:docker|containers|minikube|lima)\.internal|docker\.for\.(?:mac|win)\.localhost)$/i

/** Addresses of no machine: a server binds them. */
const isWildcard = /^(?:0\.0\.0\.0|\[::\])$/

/** Returns whether a host is no machine, but every interface of a server. */
export function isEveryInterface(host: string): boolean {
  return /^(?:0\.0\.0\.0|\[?::\]?|\*|)$/.test(host)
}

/** Parts of a text that a program or a person replaces: `${HOST}`, `$HOST`, `{host}`, `<ip>`, `%s`, `{{ .host }}`. */
const placeholder = /[$<>{}%]/

/** A Service's name inside a Kubernetes cluster. */
const clusterSuffix = /^([a-z\d][a-z\d-]*)(?:\.[a-z\d-]+)?\.svc(?:\.cluster\.local)?$/i

/** Returns what kind of host a text is. */
export function classifyHost(text: string): Host {
  // `${DB_HOST:-localhost}` and Spring's `${DB_HOST:localhost}` name the host that is used until the variable is set.
  const name = /^\$\{[\w.]+(?::-?|-)([\w.-]+)\}$/.exec(text)?.[1] ?? text.replace(/^\[|\]$/g, '')
  if (placeholder.test(name)) return { kind: 'variable', name }
  if (local.test(name)) return { kind: 'local', name }
  const service = clusterSuffix.exec(name)?.[1]
  if (service !== undefined) return { kind: 'named', name: service }
  return { kind: /^[a-z_][\w-]*$/i.test(name) ? 'named' : 'remote', name }
}

/** Returns the fields of a match whose number belongs to an address with this host. */
export function hostFields(text: string): Pick<Match, 'host' | 'side'> & { readonly evidence: Evidence[] } {
  const { kind, name } = classifyHost(text)
  return {
    host: kind,
    side: kind === 'named' ? 'container' : 'host',
    evidence: kind === 'named' || kind === 'remote' ? [{ kind: 'host', text: name }] : [],
  }
}

// A host's characters include those of placeholders, so that "$ACCOUNT.example.com" is one host. Each part can be read in one
// way only: a row of placeholders would take exponential time.
const braced = String.raw`\{[^}\s]{1,80}\}`
const doubled = String.raw`\{\{[^}]{1,80}\}\}`
const hostText = String.raw`\[[\da-f:.]{2,45}\]|(?:\$${braced}|${doubled}|<[^<>\s]{1,40}>|\$(?!${braced})|\{(?!${doubled.slice(2)})|[\w.%}*+-]){1,200}`
// A placeholder may contain spaces: "${PASSWORD:?set it}".
const userText = String.raw`(?:\$\{[^}\n]{1,80}\}|\$(?!\{)|[^\s\/@"'\`<>$])`
const portText = String.raw`(?<port>\d{2,5})(?![\w.-]*\w|(?<=:\d{2,3})\*)|\$\$?\{(?<variable>[\w.]{1,60})(?::-?|-)(?<fallback>\d{2,5})\}`
const withScheme = new RegExp(
  String.raw`(?<![\w+.]|(?<!\$\{\w{1,60}:?)-)(?<scheme>[a-z][a-z\d+.-]{1,20}):\/\/(?:${userText}{1,200}@)?(?<host>${hostText}):(?:${portText})`,
  'dgi',
)
// `localhost:5000/acme/core:latest` is an image.
const bareLocal = new RegExp(
  String.raw`(?<![\w./@-]|(?<!\$\{[\w.]{1,60}):)(?<host>localhost|127\.0\.0\.1|0\.0\.0\.0|\[::1?\]|host\.docker\.internal):(?:${portText})(?!\/[\w./-]+:[\w.])`,
  'dgi',
)
const bareNamed = new RegExp(
  String.raw`(?<![\w./@$-]|(?<!\$\{[\w.]{1,60}):)(?<host>${hostText}):(?:${portText})(?=$|[\s,;"'\`\]}/])`,
  'dgi',
)

/** `Host=localhost;Port=5432`, `Server=tcp:localhost,1433`, `host=localhost user=web port=5432`: connection strings of .NET and of libpq. */
const connection = new RegExp(
  String.raw`\b(?:host|server|data source)=(?:tcp:)?(?<host>${hostText})(?:,|(?:;[ \t]*[\w ]{1,30}=[^;"'\n]{0,100}){0,10};[ \t]*port=|(?:[ \t]+\w{1,30}=[^\s"']{0,100}){0,10}[ \t]+port=)(?:${portText})`,
  'dgi',
)

/** `user:password@tcp(db:3306)/shop` of Go's MySQL, and the further hosts of `mongodb://a:27017,b:27017/shop`. */
const dataSource = new RegExp(
  String.raw`(?:\btcp\(|(?<=\b[a-z+]{2,20}:\/\/[^\s"'\`/]{1,200},))(?<host>[\w.-]{1,80}|\[[\da-f:]{2,45}\]):(?:${portText})(?=[)/,?"'\`]|$)`,
  'dgi',
)

/** The start of a variable's default: `${CORE_URL:-`, and Spring's `${CORE_URL:` */
const defaultOf = /\$\{([\w.]{1,60})(?::[-=]?|[-=])["'`]?$/

/** The words before an address that is an example. */
const exampleWords =
  /(?:\be\.\s?g\.?|\bfor (?:example|instance)|\bsuch as|\bz\.\s?B\.|\bpor ejemplo|\bpar exemple|例如|比如)[,:：]?\s*["'`(<]*$/i

/** The words before the origin of a page that a server answers. */
const originWords =
  /\b\w{0,20}(?:origins?["']?\s?[:=,(]\s?(?:\w{0,20}[[({][^\])};]{0,120})?|origins\.\w{1,10}\((?:new\[\]\s?)?[[({][^\])};]{0,80})["']?$/i

/** A command before an address that runs inside a container. */
const insideContainer =
  /\b(?:docker|podman|nerdctl|kubectl|oc|compose)\b["',]?(?:\s|["',])(?:[^\n]|[\\`]\r?\n){0,60}\bexec\b["',]*\s(?:[^\n;&]|[\\`]\r?\n){0,140}$/

/** What compares a text with an address: `.includes('`, `strings.HasPrefix(url, "`, `== "`, `-eq '`. */
const comparing =
  /(?:\b(?:(?:str_?)?contains|includes?\??|(?:starts|ends|start|end)_?with\??|has(?:Prefix|Suffix)|indexOf|strpos|equals(?:IgnoreCase)?|toBe)\((?:[$\w.]{1,40},\s?)?|[!=]==?\s?|-(?:eq|ne|like|match|contains)\s)["'`][^"'`\n]{0,60}$/i

/** A user that does not exist: its address only takes the place of one. */
const noUser = /\/\/(?:dummy|placeholder|fake):/i

/** Names of a program's own host and port, which it binds. */
const ownStem = /^(?:server|app|http|https|listen|bind|api|web)_?$/i

/** `DB_HOST", "localhost"`, `DB_HOST'] ?? 'db'`, `db_host: str = "db"`: what code has for a host, with its quotes. */
const hostOfCode =
  /\b(\w{2,60})host\b["'\])]{0,3}(?:\s{0,9}:\s{0,9}\w{1,60})?\s{0,9}(?:=>?|,|:|\?\?|\?:|\|\||\bor\b)\s{0,9}["']([\w.-]{1,80})["']/gi

/**
 * Returns matches, in the order of the text, with the hosts that code has for them in another statement: `getenv("DB_HOST",
 * "localhost")` for `getenv("DB_PORT", "5432")`. Of several hosts, as in a list of objects, the last one before the port counts.
 */
export function withHosts(matches: readonly Match[], text: string): Match[] {
  const hosts = [...text.matchAll(hostOfCode)].map(
    ({ index, 1: stem, 2: host }) => [stem!.toLowerCase(), host!, index] as const,
  )
  if (hosts.length === 0) return [...matches]
  const known = new Map(hosts.toReversed().map(([stem, host]) => [stem, host]))
  let next = 0
  return matches
    .toSorted((one, other) => one.start - other.start)
    .map((match) => {
      for (; next < hosts.length && hosts[next]![2] < match.start; next++) known.set(hosts[next]![0], hosts[next]![1])
      const { role, host, override, evidence } = match
      if (host !== undefined || (role !== 'value' && role !== 'default')) return match
      const name = override ?? evidence.find(({ kind }) => kind === 'variable')?.text ?? ''
      const [, stem = ''] = /^(\w{2,})port$/i.exec(name) ?? []
      const found = ownStem.test(stem) ? undefined : known.get(stem.toLowerCase())
      if (found === undefined || isEveryInterface(found)) return match
      const fields = hostFields(found)
      return Object.assign({}, match, fields, { evidence: [...fields.evidence, ...evidence] })
    })
}

/** How a text is searched for addresses. */
export interface AddressOptions {
  /** Whether `name:3000` is an address too: in a scrape target, an upstream, a list of brokers. */
  readonly isBare?: boolean
}

/** Returns every address in a text that spells a port, in order, each with the role `reach`. */
export function findAddresses(text: string, { isBare = false }: AddressOptions = {}): Match[] {
  if (!/[:=,](?:\d|\$\$?\{)/.test(text)) return []
  const found = new Map<number, Match>()
  for (const pattern of [withScheme, bareLocal, connection, dataSource, ...(isBare ? [bareNamed] : [])]) {
    for (const match of text.matchAll(pattern)) {
      const { host, port, scheme, variable, fallback } = match.groups!
      const number = parsePort(port ?? fallback!)
      const [start, end] = match.indices!.groups![port === undefined ? 'fallback' : 'port']!
      if (number === undefined || found.has(start)) continue
      const before = text.slice(Math.max(0, match.index - 160), match.index)
      const whole = defaultOf.exec(before)?.[1]
      const route = /^\}?\/([a-z][\w-]{0,40}(?:\/[a-z][\w-]{0,40}){0,3})(?![\w.-])/i.exec(
        text.slice(end, end + 170),
      )?.[1]
      const { evidence, ...address } = hostFields(host!)
      found.set(start, {
        port: number,
        start,
        end,
        role: 'reach',
        ...address,
        evidence: whole === undefined ? evidence : [...evidence, { kind: 'variable', text: whole }],
        ...(route !== undefined && { route }),
        ...(isWildcard.test(host!) && { isWildcard: true }),
        ...(pattern === connection ? { scheme: 'sql' } : scheme !== undefined && { scheme: scheme.toLowerCase() }),
        ...((variable ?? whole) !== undefined && { override: variable ?? whole! }),
        ...((exampleWords.test(before) || noUser.test(match[0])) && { isExample: true }),
        ...(originWords.test(before) && { isListItem: true }),
        ...(address.host === 'local' && insideContainer.test(before) && { isElsewhere: true }),
        ...(comparing.test(before) && { isComparison: true }),
      })
    }
  }
  return [...found.values()].toSorted((one, other) => one.start - other.start)
}
