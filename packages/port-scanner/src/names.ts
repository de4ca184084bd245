/** Returns the words of a name in lower case: `corePort`, `CORE_PORT` and `core-port` are `core`, `port`. */
export function wordsOf(name: string): string[] {
  return name
    .replace(/([a-z\d])([A-Z])/g, '$1 $2')
    .replace(/([A-Z])([A-Z][a-z])/g, '$1 $2')
    .toLowerCase()
    .split(/[^a-z\d]+/)
    .filter((word) => word !== '')
}

const portWords = /^(?:port|ports|httpport|listenport|serverport)$/

/** Words that end like a port, and are none. */
const otherWords = /(?:^|_)(?:RE|SUP|IM|EX|TRANS|VIEW|PASS|AIR|S|TELE|RAP)PORT$/

/** Names of settings about ports, without a port. */
const aboutPorts = /^PORT_(?:OFFSET|RANGE|BASE|START|END|MIN|MAX|COUNT|TIMEOUT)|_(?:MS|SECONDS?|MINUTES?)$/

/** Returns whether a variable, key or field with this name holds a port: `PORT`, `CORE_PORT`, `PORT_CORE`, `COREPORT`, `targetPort`. */
export function isPortName(name: string): boolean {
  const isJoined = /^[A-Z\d_]+PORT$/.test(name) && !otherWords.test(name)
  const isInFront = /^PORT_[A-Z][A-Z\d_]*$/.test(name) && !aboutPorts.test(name)
  // Envoy's `port_value`
  return isJoined || isInFront || /^port_?value$/i.test(name) || portWords.test(wordsOf(name).at(-1) ?? '')
}

/** Returns whether a name holds an address that a process binds: `LISTEN_ADDR`, `bind`, MkDocs' `dev_addr`, .NET's `ASPNETCORE_URLS`. */
export function isListenName(name: string): boolean {
  return (
    /^(?:dev_addr|(?:ASPNETCORE|DOTNET)_URLS)$/.test(name) ||
    wordsOf(name).some((word) => /^(?:listen|bind)$/.test(word))
  )
}

/** Returns whether a key is only an address, of the thing that the key around it names: `url`, `baseUrl`, `endpoint`. */
export function isBareAddressName(name: string): boolean {
  return /^(?:(?:base|api|server|service|https?|grpc|rpc|ws|public|internal|external)[_-]?)*(?:url|uri|origin|endpoint|addr(?:ess)?)$/i.test(
    name,
  )
}

/** Returns whether a script, target or task with this name starts the package's own program: `dev`, `start:prod`. */
export function isOwnTask(name: string): boolean {
  const first = wordsOf(name)[0] ?? ''
  return /^(?:dev|develop|development|start|serve|server|run|up|watch|local|debug|prod|production|preview|default|all|app|web|api|main|docker|_)$/.test(
    first,
  )
}

/** Returns whether a variable holds the address under which browsers reach the program itself: `GF_SERVER_ROOT_URL`. */
export function isRootAddress(name: string): boolean {
  return /(?:^|_)(?:ROOT|EXTERNAL)_URL$/i.test(name)
}

const addressWords =
  /^(?:urls?|uris?|origins?|hosts?|addr(?:ess(?:es)?)?|endpoints?|brokers?|servers?|nodes|upstreams?|targets?|backends?|dsn|bootstrap|connect|dial)$/

/** Returns whether a name holds addresses, so that `name:3000` in its value is one. */
export function isAddressName(name: string): boolean {
  return wordsOf(name).some((word) => addressWords.test(word))
}

/** Returns whether the value of a key is a text for people: `description`, `placeholder`. */
export function isProse(key: string): boolean {
  return /^(?:examples?|desc|description|title|label|help|helper_?text|placeholder|summary|tooltip|hint|comments?|notes?)$/i.test(
    key,
  )
}

/** Returns whether a text has paragraphs of HTML, which are for people. */
export function isMarkup(text: string): boolean {
  return /<\/(?:p|pre|code|li|h\d)>/.test(text)
}

/** Returns whether a text shows something to people, or is a file that a program writes: paragraphs of HTML, or several lines. */
export function isArticle(text: string): boolean {
  return isMarkup(text) || (text.match(/\n|\\n/g)?.length ?? 0) > 3
}
