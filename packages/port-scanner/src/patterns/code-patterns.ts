import type { Comments } from '../dialect.js'
import { anyCase, fallback, reach, setting, type Pattern } from './pattern.js'

/** Matches a port in source code, with or without a separator. */
export const port = String.raw`(?<port>[1-9]\d{1,4}|[1-9]\d?_\d{3})(?![\w.]*\d)`
/** Comments of C and its descendants. */
export const cLike: Comments = { line: ['//'], block: [['/*', '*/']] }
/** Comments of Rust, Swift, Kotlin and Scala, which may contain another one. */
export const nested: Comments = { ...cLike, isNested: true }
/** Comments from a number sign to the end of the line. */
export const hash: Comments = { line: ['#'] }

/** The text between a variable's name and its default in the languages of this table. */
const orElse = String.raw`(?:\s*\)?\s*,\s*(?:(?:default(?:_?[vV]alue)?|fallback)\s*[=:]\s*)?|(?:\s*\|>\s*[\w.]+)?\s*\|>\s*[\w.]*(?:defaultValue|value)\s+(?:~default:)?|\s*\)\s+(?=[\"\d])|\s*[)\]]+(?:\??\.\w+\([^()\n]{0,40}\))*\s*(?:\|\||\?\?|\?:|\bor\b|\{)\s*|\s*\)(?:[^\n;]|\n\s*\.){0,120}?(?:unwrap_or\w*|or_else|orElse\w*|getOrElse|map_or)\s*[({]\s*(?:\|\w*\|\s*)?(?:\w+(?:::\w+)*\(\s*)?)(?:int\(|\w+\()?`

/** A quote after the start of the arguments, an argument, or a function of Lisp, Haskell or Groovy. It begins with the quote, to be fast. */
const called = String.raw`["'](?<=(?:[(\[,]\s*|(?:[gG]etenv\w*|GetEnvironmentVariable|\benvironment)\s+)["'])`
/** Opens a text, also one that contains the text of a constant. */
const quoted = String.raw`(?:["']|["']\\?["'])`

/** Defaults of variables: `os.getenv("CORE_PORT", "3001")`, `ENV.fetch('PORT') { 3000 }`, `env::var("PORT").unwrap_or("3001".into())` */
export const defaults: readonly Pattern[] = [
  fallback`${called}(?<variable>(?:[A-Z][A-Z\d_]*_)?PORT)["']${orElse}["']?:?${port}`,
  fallback`${called}(?<variable>(?:[A-Z][A-Z\d_]*_)?ADDR(?:ESS)?)["']${orElse}["'](?:0\.0\.0\.0|\[::\])?:${port}["']`,
  reach`${called}(?<variable>[A-Z][A-Z\d_]*)["']${orElse}f?${quoted}(?<scheme>\w[\w+.-]*):\/\/(?:[^\s@"'/]*@)?(?<host>[\w.-]{1,80}):${port}`,
]

/** `host: "redis", port: 6379`, `'host' => 'mysql', 'port' => 3306`, `.host("db").port(5432)`: a client's; a server has no such host. */
const client = anyCase(
  reach`\b(?:host|hostname|address)["']?\s*(?::|=>?|\()\s*["'](?!0\.0\.0\.0|127\.|localhost["'])(?<host>[\w.-]{1,80})["']\s*\)?\s*,?\s*[.["']?port["']?\s*(?::|=>?|\()\s*["']?${port}`,
)
/** `client.connect("mosquitto", 1883)`, `MqttOptions::new("bridge", "mosquitto", 1883)` */
const connection = reach`["'](?<host>[a-z][a-z\d-]{0,60})["']\s*,\s*${port}(?<=(?:[Cc]onnect|[Oo]pen|[Cc]lient|Options|addServer|Connection)\w*(?:::new|\.new)?\(\s*(?:["'][\w.-]*["']\s*,\s*)?["'][a-z\d-]+["']\s*,\s*[\d_]+)`
/** `NewClient("quotes:9090")`, `brokers = ["kafka:9092"]`: a whole text; a shorter number is a version. */
const broker = reach`["'](?<host>[a-z][a-z\d-]{0,60}[a-z\d]):(?<port>[1-9]\d{3,4})["'](?<=(?:[Cc]lient|[Cc]hannel|[Dd]ial|[Cc]onnect|Minio|[Kk]afka|[Ss]erver|[Bb]roker|[Hh]ost|[Aa]ddr|[Ee]ndpoint)\w*["']?\s*(?:\(|=>|:?=|:)\s*(?:(?:\w+,\s*){1,3}|\w*[[({]\s*)?["'][a-z\d:-]+["'])`

/** `CORE_PORT = 3001`, `const corePort int = 3001`: a name with a word before "port", or a constant. */
const constant = setting`(?:PORT|_port|Port)(?<=(?<![\w.$-])\$?(?<name>[A-Z][A-Z\d_]*_PORT|PORT|[a-z]\w*(?:_port|[a-z]Port)|[A-Z]\w*[a-z]Port))(?:\s*:\s*[\w.<>|\[\] ]{1,30}|\s+u?int\d*|\s+string)?\s*:?=\s*["']?:?${port}["']?\s*(?:[;,)\]}]|$|\s(?:#|//|--))`
/** The end of a name that contains an address. */
const purpose = String.raw`(?:Ur[li]|UR[LI]|Addr|Origin|Endpoint|_ur[li]|_addr|_origin|_endpoint|_ADDR|_ORIGIN|_ENDPOINT)`
/** `coreURL = "http://localhost:3001"`, `val CORE_URL: String = "http://localhost:3001"` */
const address = reach`${purpose}(?<=(?<![\w.$-])\$?(?<name>[A-Za-z]\w*${purpose}))(?:\s*:\s*[\w.<>&'|\[\] ]{1,30}|\s+string)?\s*:?=\s*["'](?<scheme>\w[\w+.-]*):\/\/(?:[^\s@"'/]*@)?(?<host>[\w.-]{1,80}):${port}(?!\d)[^"'\n]*["']\s*(?:[;,)\]}]|$|\s(?:#|\/\/|--))`

/** `print("  Grafana: http://localhost:3002")`, `Write-Host`, `Console.WriteLine(…)`, `echo`: a text for people, with a label. */
export const printed: Pattern = {
  ...reach`(?:\b(?:print|printf|println|puts|echo|Println|Printf|WriteLine)!?[ \t]*\(?|\bWrite-(?:Host|Output|Information)[ \t])[ \t]*f?["'][^\w"'\n]*(?<name>[A-Z][\w -]{1,40}?)[ \t]*:[ \t]+(?<scheme>https?):\/\/(?<host>localhost|127\.0\.0\.1):${port}`,
  nameKind: 'label',
}

/** Constants of a port or of an address, and texts with an address. */
export const constants: readonly Pattern[] = [
  printed,
  client,
  constant,
  address,
  // An entry of a map: `"CORE_PORT": "3001"`, `'CORE_URL' => 'http://localhost:3001'`
  setting`["'](?<name>[A-Z][A-Z\d_]*_PORT)["']\s*(?::|=>|=)\s*["']?${port}["']?`,
  reach`["'](?<name>[A-Z][A-Z\d_]*_(?:URL|URI|ORIGIN|ADDR|ENDPOINT))["']\s*(?::|=>|=)\s*["'](?<scheme>\w[\w+.-]*):\/\/(?:[^\s@"'/]*@)?(?<host>[\w.-]{1,80}):${port}`,
  broker,
  connection,
]
