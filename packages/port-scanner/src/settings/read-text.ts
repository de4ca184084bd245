import { commentClues } from '../text/comment.js'
import { linesOf } from '../text/lines.js'
import { readShell } from '../shell/read-shell.js'
import { assign, merge, sight } from '../sight.js'
import { shift, withClues, type Clue, type Reader, type Role, type Side, type Sighting } from '../sighting.js'
import { readText } from '../text/text.js'
import { isPortName, isPortsName } from '../words.js'

/** How a kind of file writes what the shared patterns do not know. */
interface Dialect {
  readonly comment: RegExp
  /** What a line shows, beside what every language does. */
  readonly patterns: readonly Pattern[]
  /** A line that says whose the ports on the lines below are, its group 1 the name. */
  readonly heading?: RegExp
}

interface Pattern {
  /** Its group `port` is the number, `name` a variable or whose port it is. */
  readonly shape: RegExp
  readonly role: Role
  readonly side?: Side
}

/** A longer line is read by the shared recognizer alone: nobody wrote it. */
const maxLineLength = 2000

const hashes = /^\s*#/

/** Calls and defaults across programming languages. */
const program: readonly Pattern[] = [
  // getEnv("PORT", "8080"), ENV.fetch('PORT', 3000), ENV['PORT'] || 3000, add_argument("--port", default=8000)
  {
    shape:
      /["'](?<name>-{0,2}[\w.-]{1,60})["']\s?(?:[)\]}]\s?){0,3}(?:,|\?\?|\|\||\?:|\bor\b|\{|:)\s?(?:type\s?=\s?\w+,\s?)?(?:default\s?=\s?)?(?:\(\s?)?["':]{0,2}(?<port>\d{2,5})\b/g,
    role: 'env default',
  },
  {
    shape: /["'](?<name>-{0,2}[\w.-]{1,60})["'][^"']{0,80}\bdefault(?:_value(?:_t)?)?\s?=\s?["']?(?<port>\d{2,5})\b/g,
    role: 'env default',
  },
  // env::var("PORT").unwrap_or("8080".into()), .and_then(…).unwrap_or(8080)
  {
    shape:
      /["'](?<name>[\w.-]{1,60})["']\)[^"']{0,120}\.unwrap_or(?:_else)?\((?:\|_?\w*\|\s?)?["']?(?<port>\d{2,5})\b/g,
    role: 'env default',
  },
  // const port: u16 = 8080, public int Port { get; set; } = 5000, port: int = Field(default=8000), viper.SetDefault("port", 8080)
  {
    shape:
      /(?<![\w"'-])(?<name>[A-Za-z_]\w{0,60})(?:\s?:\s?[\w.<>[\]|?]{1,30}(?:\s\|\s\w+)?|\s?\{ get; (?:set|init); \})?\s?(?:=|:=)\s?(?:\w{1,30}\((?:default\s?=\s?)?)?["']?(?<port>\d{2,5}|\d{1,2}_\d{3})\b(?!\s?[-+*/.])/g,
    role: 'listen',
  },
  // Port int `env:"PORT" envDefault:"8080"`
  { shape: /(?<name>\bPort)\s+\w+\s+`[^`]{0,100}\b(?:env)?[dD]efault:"(?<port>\d{2,5})"/g, role: 'env default' },
  // ("0.0.0.0", 8000), ([127, 0, 0, 1], 3000)
  { shape: /\(\s?["'](?:localhost|127\.0\.0\.1|0\.0\.0\.0|::1?|)["']\s?,\s?(?<port>\d{2,5})\s?[,)]/g, role: 'listen' },
  { shape: /\(\s?\[\s?\d{1,3}(?:,\s?\d{1,3}){3}\s?\]\s?,\s?(?<port>\d{2,5})\s?\)/g, role: 'listen' },
  {
    shape:
      /\b(?:[Ll]isten(?:AnyIP|Localhost)?|ServerSocket|InetSocketAddress|TCPServer\.new|start_http_server|serve|(?:with|set)?_?[Pp]ort|withExposedPorts|addExposedPorts?|bindNow|getMappedPort)\((?:["'](?:localhost|0\.0\.0\.0|127\.0\.0\.1)["'],\s?)?["']?(?<port>\d{2,5})(?:\/tcp)?["']?\s?[,)]/g,
    role: 'listen',
  },
  // set :port, 4567; :Port => 3000; port ENV.fetch("PORT") { 3000 }; port 3000
  { shape: /(?<![\w-]):(?<name>[a-z_]{0,30}port)(?!\d),?\s?(?:=>)?\s?(?<port>\d{2,5})\b/gi, role: 'listen' },
  { shape: /^\s{0,80}(?<name>port)\s{1,10}(?<port>\d{2,5})\s*$/g, role: 'listen' },
  { shape: /["'](?<name>\w{1,60})["']\s?[)\]]\s?(?:do|\{)\s?["']?(?<port>\d{2,5})["']?\s?\}/g, role: 'env default' },
  // ${server.port:8080}
  { shape: /\$\{(?<name>[\w.-]{1,60}):(?<port>\d{2,5})\}/g, role: 'env default' },
]

const nginx: Dialect = {
  comment: hashes,
  heading: /^\s*(?:upstream|location)\s+(?:[=~^*]{1,2}\s+)?([\w./-]{1,80})/,
  patterns: [
    { shape: /(?:^|[\s;{])listen\s+(?:[\w.*:[\]-]{1,60}:)?(?<port>\d{2,5})(?=[\s;])/g, role: 'listen' },
    { shape: /(?:^|[\s;{])server\s+(?:unix:)?(?<name>[\w.-]{1,80}):(?<port>\d{2,5})(?=[\s;])/g, role: 'url' },
    {
      shape:
        /(?:^|[\s;{])(?:\w{1,20}_pass|proxy_redirect)\s+(?:\w{1,10}:\/\/)?(?<name>[\w.-]{1,80}):(?<port>\d{2,5})(?=[\s;/])/g,
      role: 'url',
    },
  ],
}

const haproxy: Dialect = {
  comment: hashes,
  heading: /^(?:backend|frontend|listen)\s+([\w.-]{1,80})/,
  patterns: [
    { shape: /^\s{0,80}bind\s+(?:[\w.*:[\]-]{0,60}:)?(?<port>\d{2,5})\b/g, role: 'listen' },
    { shape: /^\s{0,80}server\s+(?:[\w.-]{1,80})\s+(?<name>[\w.-]{1,80}):(?<port>\d{2,5})\b/g, role: 'url' },
  ],
}

const caddy: Dialect = {
  comment: hashes,
  heading: /^\s*(?:handle|handle_path|route)\s+([\w/*.-]{1,80})/,
  patterns: [
    { shape: /^(?:https?:\/\/)?(?:[\w.*-]{0,80}):(?<port>\d{2,5})(?=[\s,{/]|$)/g, role: 'listen' },
    {
      shape:
        /(?<=\b(?:reverse_proxy|php_fastcgi|forward_auth|to)\s(?:[^\n#]{0,80}[\s/])?)(?<name>[\w.-]{0,80}):(?<port>\d{2,5})(?=[\s,{/]|$)/g,
      role: 'url',
    },
  ],
}

const systemd: Dialect = {
  comment: /^\s*[#;]/,
  heading: /^(?:Description=|\[program:)([^\]\n]{1,80})/,
  patterns: [
    { shape: /^ListenStream=(?:[\w.*[\]:]{0,60}:)?(?<port>\d{2,5})\s*$/g, role: 'listen' },
    {
      shape: /(?:^Environment=|^environment=|[\s,"'])(?<name>[A-Z][A-Z\d_]{0,60})=["']?(?<port>\d{2,5})(?=["'\s,]|$)/g,
      role: 'env value',
    },
  ],
}

const terraform: Dialect = {
  comment: /^\s*(?:#|\/\/|\/\*|\*)/,
  heading: /^\s*(?:resource\s+"[\w-]{1,80}"|variable|module|job|group|task|service)\s+"([\w./-]{1,80})"/,
  patterns: [
    {
      shape: /(?<![\w"])"?(?<name>(?:container|target|internal)_?port)"?\s*[=:]\s*"?(?<port>\d{2,5})\b/gi,
      role: 'container',
      side: 'container',
    },
    {
      shape: /(?<![\w"])"?(?<name>host_?port|from_port|to_port|node_?port)"?\s*[=:]\s*"?(?<port>\d{2,5})\b/gi,
      role: 'publish',
    },
    { shape: /(?<![\w"])"?(?<name>port|static|\w{1,40}_port)"?\s*[=:]\s*"?(?<port>\d{2,5})\b/g, role: 'listen' },
  ],
}

/** What a file's name says of its language. */
function dialectOf(path: string): Dialect {
  const name = path.slice(path.lastIndexOf('/') + 1).toLowerCase()
  if (/caddyfile/.test(name)) return caddy
  if (/haproxy/.test(name)) return haproxy
  if (
    /nginx|\.conf(?:\.\w+)?$|\.nginx$/.test(name) ||
    /nginx\/|sites-(?:available|enabled)\//.test(path.toLowerCase())
  ) {
    return /supervisor/.test(name) ? systemd : nginx
  }
  if (/\.(?:service|socket|timer)$|supervisor/.test(name)) return systemd
  if (/\.(?:tf|tfvars|hcl|nomad|terraform)$/.test(name)) return terraform
  if (/\.(?:http|rest)$/.test(name)) return { comment: /^\s*(?:###|#|\/\/)/, patterns: program }
  if (name.endsWith('.sql')) return { comment: /^\s*(?:--|\/\*|\*)/, patterns: sql }
  if (/\.(?:html?|xml|css|s[ac]ss|less|plist|csproj)$/.test(name))
    return { comment: /^\s*(?:<!--|\/\*|\*)/, patterns: markup }
  if (/\.(?:py|pyi|rb|ex|exs|r|pl|jl|nim|sh|tcl)$/.test(name)) return { comment: hashes, patterns: program }
  return { comment: /^\s*(?:\/\/|\/\*|\*|#|--|;)/, patterns: program }
}

const sql: readonly Pattern[] = [{ shape: /\b(?<name>port)\s+'(?<port>\d{2,5})'/gi, role: 'url' }]

const markup: readonly Pattern[] = [
  { shape: /<(?<name>[\w.-]{0,40}[Pp]ort(?:Number)?)>\s?(?<port>\d{2,5})\s?<\//g, role: 'listen' },
]

/** The beginning of a table of ports that goes on below: `SERVICE_PORTS = {`, `ports := map[string]int{`. */
const tableOpening =
  /(?<![\w"'])["']?([A-Za-z_]\w{0,60})["']?(?:\s?:[^=\n]{1,60})?\s?(?:=|:=|:|=>)\s?(?:[\w.<>[\], ]{1,60})?[[{(]([^\n]{0,400})$/
const tableEntry = /(?:["']?([A-Za-z][\w .-]{0,60})["']?\s?(?:=>|[:=,])\s?["']?|(?<![\w:.-])["']?)(\d{2,5})(?![\w.:])/g

/** The entries of such a table in a line of it, each with the name before it. */
function readTable(line: string, variable: Clue): Sighting[] {
  return [...line.matchAll(tableEntry)].flatMap((entry) => {
    const [all, name, port] = entry
    const start = entry.index + all.length - port!.length
    const clues: Clue[] = name === undefined ? [variable] : [{ kind: 'name', text: name }, variable]
    return sight(line, start, start + port!.length, 'listen', 'host', clues).filter((sighting) => sighting.port >= 80)
  })
}

/** The ports in code and configuration that has no reader of its own, line by line. */
export const readOther: Reader = (text, path) => {
  const dialect = dialectOf(path)
  const isService = /\.service$|supervisor/.test(path.toLowerCase())
  const found: Sighting[][] = []
  let heading: Clue[] = []
  let above: Clue[] = []
  let table: Clue | undefined
  for (const { start, text: line } of linesOf(text)) {
    const inTable: Sighting[][] = []
    if (line.length <= maxLineLength && !dialect.comment.test(line)) {
      const opening = dialect.patterns === program && /port/i.test(line) ? tableOpening.exec(line) : null
      if (opening && isPortsName(opening[1]!)) {
        table = { kind: 'variable', text: opening[1]! }
        const rest = line.length - opening[2]!.length
        inTable.push(shift(readTable(line.slice(rest), table), rest))
        if (/[\]})]/.test(opening[2]!)) table = undefined
      } else if (table && /^\s*[\]})]/.test(line)) table = undefined
      else if (table) inTable.push(readTable(line, table))
    }
    if (line.length <= maxLineLength) {
      const named = dialect.heading?.exec(line)?.[1]
      if (named !== undefined) heading = [{ kind: 'context', text: named }]
      else if (line.startsWith('}')) heading = []
    }
    if (!/\d{2}/.test(line)) {
      above = dialect.comment.test(line.slice(0, 200)) ? commentClues(line) : []
    } else if (dialect.comment.test(line.slice(0, 200))) {
      found.push(shift(withClues(readText(line, { style: 'prose' }), above), start))
      above = commentClues(line)
    } else {
      const command = isService ? /^\s{0,80}(?:Exec\w{1,20}|command)\s?=/.exec(line) : null
      const from = command?.[0].length ?? 0
      const own =
        line.length > maxLineLength
          ? []
          : command
            ? shift(readShell(line.slice(from), ''), from)
            : readPatterns(line, dialect)
      const sightings = merge(inTable.flat(), own, readDefault(line, heading), readText(line, { style: 'code' }))
      found.push(shift(withClues(sightings, [...above, ...heading]), start))
      above = []
    }
    if (isWhole(line, dialect)) heading = []
  }
  return merge(found.flat())
}

/** Whether a line is a heading and all that stands under it: `location /api { … }`. */
function isWhole(line: string, { heading }: Dialect): boolean {
  return line.length <= maxLineLength && line.includes('}') && heading?.test(line) === true
}

/** Terraform's `variable "core_port" { default = 3001 }`, over its lines. */
function readDefault(line: string, heading: readonly Clue[]): Sighting[] {
  const [name] = heading
  const parts = name && isPortName(name.text) ? /^\s{1,80}default\s*=\s*"?(\d{2,5})\b(?!\.\d)/.exec(line) : null
  if (!name || !parts) return []
  const end = parts[0].length
  return sight(line, end - parts[1]!.length, end, 'env default', 'host', [{ kind: 'variable', text: name.text }])
}

/** What every line has that one of the programs' patterns fits. */
const programHint = /port|listen|serve|socket|bind|localhost|\b(?:127|0)\.0\.0|\(\s?(?:["']{2}|["']::|\[)/i

function readPatterns(line: string, { patterns }: Dialect): Sighting[] {
  if (patterns === program && !programHint.test(line)) return []
  return merge(
    ...patterns.map(({ shape, role, side }) =>
      [...line.matchAll(shape)].flatMap((match) => {
        const { port = '', name = '' } = match.groups ?? {}
        // The number is the last of its kind in what matched.
        const start = match.index + match[0].lastIndexOf(port)
        // The first part of an address, or of a number with a fraction.
        if (/^\.\d/.test(line.slice(start + port.length))) return []
        const isReached = role === 'listen' && name === '' && /connect|dial|client|redis/i.test(line)
        const found = sight(line, start, start + port.length, isReached ? 'url' : role, side)
        if (role === 'url' && !isPortName(name)) return describeHost(found, name)
        const variable = name.replace(/^-+/, '')
        if (name === '' || name === 'static') return found
        return isPortName(variable) ? assign(found, { kind: 'variable', text: variable }) : []
      }),
    ),
  )
}

/** The same sightings where a host is written before the number. */
function describeHost(sightings: readonly Sighting[], host: string): Sighting[] {
  if (host === '' || host === 'localhost' || /^[\d.]+$/.test(host)) return [...sightings]
  const isContainer = !host.includes('.')
  return sightings.map((sighting) => ({
    ...sighting,
    clues: [{ kind: 'name', text: host }, ...sighting.clues],
    ...(isContainer ? { side: 'container' as const } : host === 'host.docker.internal' ? {} : { isRemote: true }),
  }))
}
