import { findAddresses, hostFields, isEveryInterface } from './address.js'
import { extend, merge, parsePort, shift, type Evidence, type Match } from './match.js'
import { isAddressName, isListenName, isPortName } from './names.js'

/** A value in a file: its text, without quotes, and where it starts. */
export interface Spelled {
  readonly text: string
  readonly start: number
}

/** Begins with an address of every interface, as .NET writes it too: `http://+:8080`. */
const isEvery = /^(?:\W*(?:0\.0\.0\.0|\[::\])|(?:https?:\/\/)?[*+]):/

/** What surrounds an assignment. */
export interface AssignmentOptions {
  /** Returns the value of another name in the same list, to find the host of a port. */
  readonly sibling?: ((name: string) => string | undefined) | undefined
}

/**
 * Returns the ports that a name's value contains: a number if the name is a port's, defaults of variables, and
 * addresses. Formats with assignments (dotenv, ini, compose `environment`, TOML, JSON) share it.
 */
export function readAssignment(name: string, value: Spelled, { sibling }: AssignmentOptions = {}): Match[] {
  const { text, start } = value
  if (!/\d\d/.test(text)) return []
  const variable: Evidence = { kind: 'variable', text: name }
  const numbers = isPortName(name) ? readPort(text, variable, hostOf(name, sibling)) : []
  const bound = isListenName(name) || isAddressName(name) ? readOwnAddress(text, variable) : []
  const listeners = /listeners?$/i.test(name) ? readListeners(text, variable) : []
  const found = findAddresses(text, { isBare: isAddressName(name) })
  // A program binds every address, and reaches one.
  const addresses =
    isEvery.test(text) || isListenName(name)
      ? found.map(({ host: _host, ...match }): Match => Object.assign(match, { role: 'value' as const }))
      : found
  return shift(merge(numbers, bound, listeners, extend(addresses, { evidence: [variable] })), start)
}

const fallbacks = [
  /^\s*\$\{([\w.-]+?)(?::-?|-)["']?(\d[\d_]*)["']?\}\s*$/d,
  /^\s*\$\(or[ \t]+\$[({](\w+)[)}][ \t]*,[ \t]*(\d+)\)\s*$/d,
  /^\s*\{\{-?\s*env_var\(\s*['"](\w+)['"]\s*,\s*['"]?(\d+)['"]?\s*\)[^{}]*\}\}\s*$/d,
  /^\s*\{\{-?\s*\.(\w+)\s*\|\s*default\s+["']?(\d+)["']?\s*-?\}\}\s*$/d,
]

/** The whole value is a number, in an environment also as Go's `:8080`, a list of numbers, or a variable with a default. */
function readPort(text: string, variable: Evidence, host: string | undefined): Match[] {
  const fields = host === undefined ? undefined : hostFields(host)
  const isEnvironment = variable.text === variable.text.toUpperCase()
  const plain = (isEnvironment ? /^\s*:?(\d[\d_]*)\s*$/d : /^\s*(\d[\d_]*)\s*$/d).exec(text)
  if (plain) return matchAt(plain, 1, { role: 'value', side: 'host', evidence: [variable] }, fields)
  // `${CORE_PORT:-3001}`, dbt's `{{ env_var('CORE_PORT', '3001') }}`, Spring's `${CORE_PORT:3001}`, make's `$(or $(CORE_PORT),3001)`, Go's `{{.CORE_PORT | default "3001"}}`
  const fallback = fallbacks.map((pattern) => pattern.exec(text)).find((found) => found !== null)
  if (!fallback) return []
  const evidence: Evidence[] = [{ kind: 'variable', text: fallback[1]! }, variable]
  return matchAt(fallback, 2, { role: 'default', side: 'host', evidence, override: fallback[1]! }, fields)
}

/** A program listens on `BIND=0.0.0.0:8080`, and on Go's `SERVER_ADDRESS=:8080`. */
function readOwnAddress(text: string, variable: Evidence): Match[] {
  const { text: name } = variable
  const role = isListenName(name) ? 'listen' : 'value'
  const address = /^\s*([\w.*]{1,60}|\[[\da-f:]*\])?:(\d{2,5})\s*$/di.exec(text)
  if (!address || (role === 'value' && (address[1] !== undefined || name !== name.toUpperCase()))) return []
  return matchAt(address, 2, { role, side: 'host', evidence: [variable] })
}

/** `INSIDE://:9092,OUTSIDE://:9094`: a broker's listeners, without the address that they bind. */
function readListeners(text: string, variable: Evidence): Match[] {
  return [...text.matchAll(/:\/\/:(\d{2,5})\b/dg)].flatMap((found) =>
    matchAt(found, 1, { role: 'mention', side: 'container', evidence: [variable] }),
  )
}

function matchAt(
  found: RegExpExecArray,
  group: number,
  fields: Omit<Match, 'port' | 'start' | 'end'>,
  host?: ReturnType<typeof hostFields>,
): Match[] {
  const port = parsePort(found[group]!)
  if (port === undefined) return []
  const [start, end] = found.indices![group]!
  return [{ ...fields, ...host, port, start, end, evidence: [...(host?.evidence ?? []), ...fields.evidence] }]
}

/** `DB_PORT` belongs to `DB_HOST`, `port` to `host` or `server`. */
function hostOf(name: string, sibling: AssignmentOptions['sibling']): string | undefined {
  // The host of nginx-proxy's `VIRTUAL_PORT` is the page's.
  if (!sibling || name === 'VIRTUAL_PORT') return undefined
  for (const other of ['host', 'hostname', 'server', 'addr', 'address']) {
    const same = name.replace(/port(?:_?value)?$/i, (port) =>
      port === 'PORT' ? other.toUpperCase() : port === 'Port' ? other[0]!.toUpperCase() + other.slice(1) : other,
    )
    if (same === name) continue
    const value = sibling(same)?.replace(/^["']|["']$/g, '')
    // A program binds every interface, and reaches none.
    if (value !== undefined) return isEveryInterface(value.trim()) ? undefined : value.trim()
  }
  return undefined
}
