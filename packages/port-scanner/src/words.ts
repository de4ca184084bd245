/**
 * The words of a name, in lower case: `GRAFANA_PORT`, `grafanaPort` and `grafana-port` alike give
 * `['grafana', 'port']`.
 */
export function splitWords(name: string): string[] {
  const words = name.match(/[A-Z]+(?![a-z])|[A-Z]?[a-z]+|\d+/g) ?? []
  return words.map((word) => word.toLowerCase())
}

/** Words before `port` that make something else of it: `VIEW_PORT`, `maxPort`. */
const otherPorts = new Set([
  'view',
  'max',
  'min',
  'air',
  'pass',
  'trans',
  'sup',
  're',
  'im',
  'ex',
  'serial',
  'usb',
  'com',
  'invalid',
  'error',
  'err',
  'bad',
])

/** What `PORT_` may stand before that is no service: `PORT_OFFSET`, `PORT_TIMEOUT`. */
const portMeasures =
  /^(?:offset|timeout|range|start|end|count|size|speed|rate|name|type|id|index|mask|min|max|delta|step|limit|retries|interval|wait|check|file|path|dir|env|prefix|suffix|forwarding|mapping|scan|width|height|delay|ms|seconds)$/

/**
 * Whether the value of something called so is a port: its last word is `port`, as in `GRAFANA_PORT`, `httpPort` and
 * `httpport`, or it begins with it as in `PORT_GATEWAY` and `PORT1`.
 */
export function isPortName(name: string): boolean {
  if (/^PORT_?[A-Z\d]/.test(name))
    return /^PORT(?:_[A-Z\d]+)+$|^PORT\d$/.test(name) && !portMeasures.test(splitWords(name).at(-1) ?? '')
  return /port(?:_?(?:\d|number|num|no))?["'\])]*$/i.test(name.slice(-16)) && endsInPort(splitWords(name))
}

/** Whether something called so holds several ports: `ports`, `SERVICE_PORTS`, `portMap`. */
export function isPortsName(name: string): boolean {
  const words = splitWords(name)
  const last = words.at(-1)
  return (
    last === 'ports' ||
    ((last === 'map' || last === 'mapping' || last === 'mappings') && /^ports?$/.test(words.at(-2) ?? ''))
  )
}

/** Whether the value of something called so is an address with a port in it: `API_URL`, `baseUrl`, `CORS_ORIGINS`, `DB_HOST`. */
export function isAddressName(name: string): boolean {
  return /^(?:urls?|uris?|origins?|endpoints?|address|addr|hosts?|targets?|upstreams?|dsn|proxy)$/.test(
    splitWords(name).at(-1) ?? '',
  )
}

/** `port` written together with the word before it. */
const joined =
  /^(?:http|https|listen|server|host|db|api|app|web|local|remote|container|target|node|admin|client|metrics|proxy|redis|grpc|tcp|udp|ssl|pg)port$/

function endsInPort(words: string[]): boolean {
  if (/^(?:number|num|no|\d)$/.test(words.at(-1) ?? '')) words.pop()
  const last = words.at(-1) ?? ''
  return last === 'port' ? !otherPorts.has(words.at(-2) ?? '') : joined.test(last)
}
