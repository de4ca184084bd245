import type { Comments } from '../dialect.js'
import { fallback, reach, setting, type Pattern } from './pattern.js'

/** Matches a port in source code, with or without a separator. */
export const port = String.raw`(?<port>[1-9]\d{1,4}|[1-9]\d?_\d{3})(?![\w.]*\d)`
/** Comments of C and its descendants. */
export const cLike: Comments = { line: ['//'], block: [['/*', '*/']] }
/** Comments from a number sign to the end of the line. */
export const hash: Comments = { line: ['#'] }

/** The text between a variable's name and its default in the languages of this table. */
const orElse = String.raw`(?:\s*\)?\s*,\s*(?:(?:default(?:_?[vV]alue)?|fallback)\s*[=:]\s*)?|\s*[)\]]+(?:\??\.\w+\(\))*\s*(?:\|\||\?\?|\?:|\bor\b|\{)\s*|\s*\)[^\n;]{0,80}?(?:unwrap_or\w*|or_else|orElse\w*|getOrElse|map_or)\s*[({]\s*(?:\|\w*\|\s*)?(?:\w+(?:::\w+)*\(\s*)?)(?:int\(|\w+\()?`

/** Defaults of variables: `os.getenv("CORE_PORT", "3001")`, `ENV.fetch('PORT') { 3000 }`, `env::var("PORT").unwrap_or("3001".into())` */
export const defaults: readonly Pattern[] = [
  fallback`[(\[]\s*["'](?<variable>(?:[A-Z][A-Z\d_]*_)?PORT)["']${orElse}["']?:?${port}`,
  fallback`[(\[]\s*["'](?<variable>(?:[A-Z][A-Z\d_]*_)?ADDR(?:ESS)?)["']${orElse}["']:${port}["']`,
  reach`[(\[]\s*["'](?<variable>[A-Z][A-Z\d_]*)["']${orElse}f?["'](?<scheme>\w[\w+.-]*):\/\/(?:[^\s@"'/]*@)?(?<host>[\w.-]{1,80}):${port}`,
]

/** `CORE_PORT = 3001`, `const corePort int = 3001`: a name with a word before "port", or a constant. */
const constant = setting`(?<![\w.$-])\$?(?<name>[A-Z][A-Z\d_]*_PORT|PORT|[a-z]\w*(?:_port|[a-z]Port)|[A-Z]\w*[a-z]Port)(?:\s*:\s*[\w.<>|\[\] ]{1,30}|\s+u?int\d*|\s+string)?\s*:?=\s*["']?:?${port}["']?\s*(?:[;,)\]}]|$|\s(?:#|//|--))`
/** `coreURL = "http://localhost:3001"`, `val CORE_URL: String = "http://localhost:3001"` */
const address = reach`(?<![\w.$-])\$?(?<name>[A-Za-z]\w*(?:Ur[li]|UR[LI]|Addr|Origin|Endpoint|_ur[li]|_addr|_origin|_endpoint|_ADDR|_ORIGIN|_ENDPOINT))(?:\s*:\s*[\w.<>&'|\[\] ]{1,30}|\s+string)?\s*:?=\s*["'](?<scheme>\w[\w+.-]*):\/\/(?:[^\s@"'/]*@)?(?<host>[\w.-]{1,80}):${port}(?!\d)[^"'\n]*["']\s*(?:[;,)\]}]|$|\s(?:#|\/\/|--))`

/** Constants of a port or of an address. */
export const constants: readonly Pattern[] = [constant, address]
