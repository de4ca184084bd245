import { findAddresses, hostFields, isEveryInterface, withHosts } from '../address.js'
import { readComments } from '../comments.js'
import { readPrinted } from '../documents/statement.js'
import { extend, merge, parsePort, shift, type Evidence, type Follower, type Match } from '../match.js'
import { isAddressName, isArticle, isBareAddressName, isListenName, isMarkup, isPortName, isProse } from '../names.js'
import { readCommand } from '../yaml/command.js'
import { kindOfCall } from './calls.js'
import {
  childOf,
  listOf,
  nameOf,
  propertyOf,
  rangeOf,
  stringOf,
  walk,
  type Node,
  type Place,
  type ProgramComment,
  type ProgramNode,
} from './node.js'
import { functionAround } from './owner.js'
import type { Slot } from './owner.js'
import { findSlot } from './slot.js'

export type { ProgramComment, ProgramNode } from './node.js'

/** Configuration of development servers, whose port is listened on. */
const serverConfig =
  /(?:^|\/)(?:vite|vitest|astro|nuxt|webpack|vue|rsbuild|rspack|farm|quasar|svelte|electron\.vite|wxt|remix|next|gatsby|umi|craco|snowpack|app)[\w.-]*\.[cm]?[jt]s$/
const browserTests = /(?:^|\/)(?:playwright|cypress|wdio|testcafe|nightwatch|codecept)[\w.-]*\.[cm]?[jt]s$/

/**
 * Returns every port in a program. The lint plugin passes the tree that its linter has parsed.
 *
 * @param comments - of the program
 * @param path - with `/`
 */
export function readProgram(
  program: ProgramNode,
  comments: readonly ProgramComment[],
  text: string,
  path: string,
): readonly Match[] {
  const found: Match[] = []
  const listened: Listened[] = []
  const declared = new Map<Match, { readonly names: readonly string[]; readonly scope: Range }>()
  walk(program as Node, (place) => {
    const { node } = place
    if (node.type === 'CallExpression' || node.type === 'NewExpression') listened.push(...findListened(place))
    if (node.type === 'JSXText') found.push(...addressesOf(node, text, false))
    if (node.type !== 'Literal' && node.type !== 'TemplateLiteral') return
    const [start, end] = rangeOf(node)
    if (end - start < 2 || !/\d\d/.test(text.slice(start, Math.min(end, start + 20_000)))) return
    const { matches, names } = readValue(place, text, path)
    for (const match of isInTest(place) ? extend(matches, { isTest: true }) : matches) {
      found.push(match)
      declared.set(match, { names, scope: scopeOf(place) })
    }
  })
  const own = found.flatMap((match) => {
    const isListened =
      match.host === undefined &&
      (match.role === 'value' || match.role === 'default') &&
      listened.some((each) => startsServer(match, declared.get(match), each))
    return isListened ? extend([match], { role: 'listen' }) : match
  })
  const commented = readComments(
    text,
    comments.map(({ start, end }) => [start, end] as const),
  )
  return merge(withHosts(own, text), commented)
}

type Range = readonly [start: number, end: number]

/** A variable that a server is started with. */
interface Listened {
  readonly name: string
  /** Start of the call. */
  readonly at: number
  /** The function whose parameter the variable is, or the whole program. */
  readonly scope: Range
}

const wholeProgram: Range = [0, Infinity]

/** Returns the range of the nearest function around a place. */
function scopeOf(place: Place): Range {
  const around = functionAround(place)
  return around ? rangeOf(around.node) : wholeProgram
}

function isInside([start, end]: Range, offset: number): boolean {
  return start <= offset && offset < end
}

/** Returns whether a declaration may be of a variable: it is in the same function as the call, or in one around it. */
function startsServer(
  { start }: Match,
  declaration: { readonly names: readonly string[]; readonly scope: Range } | undefined,
  { name, at, scope }: Listened,
): boolean {
  return (
    declaration !== undefined &&
    declaration.names.includes(name) &&
    isInside(declaration.scope, at) &&
    isInside(scope, start)
  )
}

/** `app.listen(port)`, `serve({ port: PORT })`, `app.listen(env.PORT)` */
function findListened(place: Place): Listened[] {
  const { node: call } = place
  const callee = childOf(call, 'callee')
  const name = nameOf(callee)
  if (name === undefined || kindOfCall(name, callee?.type === 'MemberExpression') !== 'listen') return []
  const args = listOf(call, 'arguments').slice(0, 2)
  return [...args, ...args.map((each) => propertyOf(each, 'port'))].flatMap((value) => {
    const port = nameOf(value?.type === 'CallExpression' ? listOf(value, 'arguments')[0] : value)
    if (port === undefined || value?.type === 'Literal' || !isPortName(port)) return []
    return [{ name: port, at: rangeOf(call)[0], scope: parameterScope(place, port) }]
  })
}

/** Returns the range of the nearest function with a parameter of this name; a caller decides on its value. */
function parameterScope(place: Place, name: string): Range {
  for (let around = functionAround(place); around; around = functionAround(around)) {
    const isParameter = listOf(around.node, 'params').some(
      (each) => each.type === 'Identifier' && nameOf(each) === name,
    )
    if (isParameter) return rangeOf(around.node)
  }
  return wholeProgram
}

function readValue(place: Place, text: string, path: string): { matches: Match[]; names: readonly string[] } {
  const { node } = place
  const [start, end] = rangeOf(node)
  const raw = text.slice(start, end)
  const isText = node.type === 'TemplateLiteral' || typeof node['value'] === 'string'
  const quote = isText ? 1 : 0
  const port = parsePort(raw.slice(quote, raw.length - quote))
  const slot = findSlot(place)
  if (port !== undefined) {
    const stated = fieldsOf(slot, place, text, path)
    // The web's own ports belong to every address, unless something listens on them.
    const fields = (port === 80 || port === 443) && stated?.role === 'value' ? undefined : stated
    return {
      matches: fields ? [{ port, start: start + quote, end: end - quote, ...fields }] : [],
      names: slot.isParameter === true ? [] : slot.names,
    }
  }
  if (!isText) return { matches: [], names: [] }
  const command = stringOf(node)
  // `database.run('…')` may store a text.
  const isCommand =
    command !== undefined &&
    !isMarkup(raw) &&
    (slot.use === 'run' || /^(?:command|args)$/.test(slot.names.at(-1) ?? ''))
  const read = isCommand ? readCommand({ text: raw.slice(1, -1), start: start + 1 }, 'host') : []
  // The arguments of a process of pm2, which is called by its name.
  const process = slot.names.at(-1) === 'args' ? slot.block : undefined
  const commands = process ? extend(read, { evidence: [{ kind: 'block', text: process }] }) : read
  const follower = followerOf(slot, place, path)
  // `server.bindAsync('0.0.0.0:3001')`
  const isBound = slot.use === 'listen' && /^["'`](?:[\d.*]*|localhost|\[::1?\]):\d+["'`]$/.test(raw)
  const client = nameOf(childOf(place.parent?.node, 'callee')) ?? ''
  const isOfClient = slot.names.concat(slot.keys).some(isAddressName) || clients.test(client)
  const found = addressesOf(node, text, isOfClient)
  const own = isBound
    ? found.map(({ host: _host, ...match }): Match => Object.assign(match, { role: 'listen' as const }))
    : found
  const addresses = extend(own, {
    evidence: slot.isListItem ? [] : evidenceOf([...slot.names, ...ownersOf(slot)]),
    ...(slot.override !== undefined && { override: slot.override }),
    ...(slot.use === 'compare' && { isComparison: true }),
    ...(slot.isListItem && { isListItem: true }),
    ...(slot.isTest && { isTest: true }),
    ...((isProse(slot.names.at(-1) ?? '') || isArticle(raw)) && { isExample: true }),
    ...(follower !== undefined && { follower }),
  })
  return { matches: merge(commands, addresses), names: [] }
}

/** Calls and classes that are given the address of a server: `new QuoteClient('quotes:3001')`. */
const clients = /client|channel|connect|dial|kafka|minio/i

/** `{ core: { url: 'http://localhost:3001' } }` is the address of core. */
function ownersOf({ names, keys: [key, around], block }: Slot): string[] {
  // In `{ name: 'core', url: 'http://localhost:3001' }`, the block is the name.
  const owner = around ?? block
  const isBare = key !== undefined && key === names.at(-1) && isBareAddressName(key)
  return isBare && owner !== undefined ? [`${owner}_${key}`] : []
}

/** `{ core: { host: 'localhost', port: 3001 } }` is the port of core. */
function portOwnersOf({ names, keys: [key, around], block }: Slot): string[] {
  const isOwn = key === 'port' && names.at(-1) === key && (around === undefined || around === block)
  return isOwn && block !== undefined ? [`${block}_port`] : []
}

/** Returns the fields of a match for a number, or undefined if nothing states that it is a port. */
function fieldsOf(
  slot: Slot,
  place: Place,
  text: string,
  path: string,
): Omit<Match, 'port' | 'start' | 'end'> | undefined {
  const { names, keys, block, override, use, isListItem, isTest } = slot
  const common = {
    ...(isTest && { isTest }),
    ...(override !== undefined && { override }),
    ...(isListItem && { isListItem }),
    ...(isProse(names.at(-1) ?? '') && { isExample: true }),
  }
  if (use === 'unknown' || use === 'run') return undefined
  if (use === 'template' || use === 'connect') {
    const host = use === 'connect' ? (hostOf(slot.host) ?? 'localhost') : hostBefore(place, text)
    if (host === undefined) {
      if (override === undefined || !isPortName(override)) return undefined
      return { ...common, role: 'default', side: 'host', evidence: evidenceOf([override]) }
    }
    const address = hostFields(host)
    return { ...common, role: 'reach', ...address, evidence: [...address.evidence, ...evidenceOf(names)] }
  }
  if (/^(?:min|max|exclusive|multiple|step|order|priority)/i.test(names[0] ?? '')) return undefined
  const isMap = keys.slice(names.length > 0 ? 1 : 0).some((key) => /(?:^|[a-z_])ports?$/i.test(key) && isPortName(key))
  const isNamed = isMap || names.some(isPortName)
  // An option of a listening call is a port by its own name: `listen({ port: 3001, backlog: 511 })`.
  const isArgument = use === 'listen' && (keys.length === 0 || isListenName(keys[0]!))
  if (!isNamed && !isArgument) return undefined
  if (use === 'compare') return { role: 'value', side: 'host', evidence: evidenceOf(names), isComparison: true }
  const isOwnServer = serverConfig.test(path) && /^(?:server|devServer|dev)$/.test(keys[1] ?? '')
  const isListening = (use === 'listen' || isOwnServer) && !isMap && block === undefined
  const host = isListening ? undefined : hostOf(slot.host)
  const follower = followerOf(slot, place, path)
  const address = follower === 'base URL' ? hostFields('localhost') : host === undefined ? undefined : hostFields(host)
  const owner: Evidence[] = block === undefined || isMap ? [] : [{ kind: 'block', text: block }]
  return {
    ...common,
    role: isListening ? 'listen' : override !== undefined ? 'default' : address ? 'reach' : 'value',
    side: 'host',
    ...address,
    evidence: [
      ...(address?.evidence ?? []),
      ...evidenceOf(address?.host === 'local' ? [...names, ...portOwnersOf(slot)] : names),
      ...owner,
    ],
    ...(follower !== undefined && { follower }),
  }
}

function evidenceOf(names: readonly string[]): Evidence[] {
  return [...new Set(names)].filter((text) => text !== '').map((text) => ({ kind: 'variable', text }))
}

/** The host next to a port. One that every interface is bound with is the program's own. */
function hostOf(node: Node | undefined): string | undefined {
  if (node === undefined) return undefined
  // `process.env.CORE_HOST ?? 'localhost'`, `config.get('CORE_HOST', 'localhost')`
  const fallback = node.type === 'LogicalExpression' ? childOf(node, 'right') : listOf(node, 'arguments')[1]
  const text = stringOf(fallback ?? node)
  if (text === undefined) return '$host'
  return isEveryInterface(text) ? undefined : text
}

/** The host before a number in a template: `localhost` in `http://localhost:${port ?? 3000}`. */
function hostBefore(place: Place, text: string): string | undefined {
  let at = place
  while (at.parent && at.parent.node.type !== 'TemplateLiteral') at = at.parent
  const [start] = rangeOf(at.node)
  return /:\/\/([^\s/:`]{1,100}):\$\{\s*$/.exec(text.slice(Math.max(0, start - 120), start))?.[1]
}

function followerOf({ keys, names }: Slot, { node }: Place, path: string): Follower | undefined {
  const last = names.at(-1) ?? ''
  if (browserTests.test(path)) {
    const isServers = keys.includes('webServer') && /^(?:url|port)$/.test(last)
    return isServers || /^baseUrl$/i.test(last) ? 'base URL' : undefined
  }
  const isAddress = node.type === 'TemplateLiteral' || typeof node['value'] === 'string'
  if (!isAddress) return undefined
  const isTarget = keys.some((key) => /^(?:proxy|proxies|proxyTable)$/.test(key)) || last === 'target'
  return isTarget || (last === 'destination' && serverConfig.test(path)) ? 'proxy target' : undefined
}

function addressesOf(node: Node, text: string, isOfClient: boolean): Match[] {
  const [start, end] = rangeOf(node)
  const raw = text.slice(start, end)
  // A sentence is for people, and may have a label.
  const isSentence = /^.[^:]*:?\s.*:\/\//s.test(raw.replaceAll(/\$\{[^{}]*\}/g, ''))
  const isBare = /^["'`][a-z][a-z\d-]*:[1-9]\d{3,4}["'`]$/.test(raw) && isOfClient
  const found = isSentence ? readPrinted(raw.slice(1, -1), 1) : findAddresses(raw, { isBare })
  // A text inside an expression of a template has its own place.
  const expressions = listOf(node, 'expressions').map(rangeOf)
  return shift(found, start).filter((match) => !expressions.some((each) => isInside(each, match.start)))
}

function isInTest(place: Place): boolean {
  for (let at: Place | undefined = place; at; at = at.parent) {
    const callee = at.key === 'arguments' ? childOf(at.parent!.node, 'callee') : undefined
    const name = callee && nameOf(callee.type === 'CallExpression' ? childOf(callee, 'callee') : callee)
    if (name !== undefined && kindOfCall(name, false) === 'test') return true
  }
  return false
}
