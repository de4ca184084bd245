import { parametersOf } from './functions.js'
import { isPortLike, isPortsLike, mentionsOf, nameOf, pathOf, stringOf, type Mention } from './names.js'
import { startOf, type Node } from './node.js'
import {
  claim,
  isOfPort,
  isTelling,
  isVariableName,
  takeComparison,
  takeName,
  takeVariable,
  type Place,
} from './place.js'

type Call = Extract<Node, { type: 'CallExpression' | 'NewExpression' }>

/** Calls that give what they are given. */
const conversions = new Set(
  'Number parseInt parseFloat String BigInt stringify freeze seal each entries fromEntries keys values Map Set Array of from toString resolve normalizePort ref signal useState useRef cast'.split(
    ' ',
  ),
)

/** Methods whose argument is the default of what they are called on. */
const defaults = new Set(
  'default prefault catch fallback withDefault devDefault example or orElse getOrElse unwrapOr defaultTo'.split(' '),
)

/** Functions whose second argument is the default of their first, a schema. */
const wrappers = new Set(['optional', 'nullish', 'fallback', '_default', 'prefault', 'withDefault'])

/** Matchers and assertions of equality. */
const equality =
  /^(?:toBe|toEqual|toStrictEqual|toContain|toContainEqual|toHaveBeenCalledWith|toHaveBeenLastCalledWith|toEqualTypeOf|equals?|strictEqual|deepEqual|deepStrictEqual|notEqual|notStrictEqual|is|eql?|same|includes?|indexOf|has|calledWith|assertEquals|assertStrictEquals)$/

/** Calls that start a server on the number they are given. */
const launch =
  /^(?:start|create|run|launch|make|mock|serve|bind|boot|open|spawn|with)(?:[A-Z]\w*)?(?:Server|App|Service)$|^(?:[A-Z]\w*)?Server$|^serve$|^WebSocketGateway$/

/** Calls and classes that reach the port they are given. */
const client = /^(?:connect|createConnection|createClient|createPool|Redis|IORedis|Memcached|Pool|Client|request)$/

/** Calls that run a command. */
const command =
  /^(?:exec|execSync|execFile|execFileSync|spawn|spawnSync|execa|execaSync|execaCommand|fork|shell|sh|\$|run|runCommand)$/

/** What a call says of one of its arguments, or of what is in it. */
export function judgeCall(place: Place, node: Node, call: Call, program: Node): void {
  const callee = nameOf(call.callee) ?? ''
  const args: readonly Node[] = call.arguments
  const before = args.slice(0, 4).filter((argument) => startOf(argument) < startOf(node))
  if (command.test(callee)) place.isCommand = true
  // `port: range(3000, 3100)`
  if (/range$/i.test(callee)) return
  if (conversions.has(callee)) {
    if (before.length > 0 && !place.isKeyed) place.isSettled = true
    return
  }
  const isOwn = place.names.length === 0 && !place.isKeyed
  const isDefault =
    isOwn && (before.length === 0 ? defaults.has(callee) : wrappers.has(callee) && before[0]?.type === 'CallExpression')
  if (isDefault) place.isDefault = true
  if (place.isDefault && place.names.length === 0) {
    if (!place.isKeyed) judgeOpening(place, call.callee.type === 'MemberExpression' ? call.callee.object : undefined)
    else if (isPortLike(callee)) claim(place, 'listen')
  }
  if (isDefault) return
  if (place.names.length > 0) {
    if (place.role === 'listen' && client.test(callee)) place.role = 'url'
  } else if (isOwn) {
    if (!before.some(isNumber) || isPortsLike(callee)) judgeArgument(place, node, call, program)
    if (equality.test(callee)) judgeEquality(place, node, call)
    // `int(process.env.CORE_PORT, 3001)`
    for (const { name, isEnv } of before.flatMap((argument) => mentionsOf(argument)))
      if (isEnv && stringOf(before[0]) === undefined) takeVariable(place, name)
    if (place.role === undefined && !before.some((argument) => isNamingPort(argument))) place.isSettled = true
  }
  judgeBefore(place, callee, before)
  if (callee !== '' && place.role !== undefined && !/^(?:expect|it|test|describe|each)$/.test(callee))
    place.clues.push({ kind: 'context', text: pathOf(call.callee)?.slice(-2).join('.') ?? callee })
}

/** The first number that is given to a call. */
function judgeArgument(place: Place, node: Node, call: Call, program: Node): void {
  const callee = nameOf(call.callee) ?? ''
  const isFirst = call.arguments[0] === node
  const owner = call.callee.type === 'MemberExpression' ? nameOf(call.callee.object) : undefined
  if (/^listen(?:Async)?$/.test(callee)) {
    claim(place, 'listen')
    if (owner !== undefined && !/^(?:app|server|https?|fastify|express|io|s|srv)$/i.test(owner))
      place.clues.push({ kind: 'variable', text: owner })
  } else if (/^(?:withExposedPorts?|getMappedPort|addContainerPort)$/.test(callee)) {
    claim(place, 'container')
    place.isContainer = true
  } else if (isPortLike(callee) || isPortsLike(callee) || (owner === 'Port' && /^(?:tcp|udp|of)/.test(callee)))
    claim(place, 'listen')
  else if (client.test(callee) && isFirst && callee !== 'request') {
    const isSocket = /^(?:net|tls|socket|sock|conn)$/i.test(owner ?? '') || call.type === 'NewExpression'
    if (isSocket || stringOf(call.arguments[1]) !== undefined) claim(place, 'url')
  } else if (launch.test(callee) && (isFirst || call.arguments[1] === node) && valueOf(node) >= 1000)
    claim(place, 'listen')
  else if (isPortLike(parametersOf(program, callee)?.[call.arguments.indexOf(node as never)] ?? ''))
    claim(place, 'listen')
}

/** The strings before an argument: `config.get('PORT', 3000)`, `.option('--port <n>', 'where', '3000')`, `add('core', { port: 3001 })`. */
function judgeBefore(place: Place, callee: string, before: readonly Node[]): void {
  const isOwn = place.names.length === 0 && (!place.isKeyed || place.isDefault)
  for (const text of before.map((argument) => stringOf(argument))) {
    if (text === undefined || text.length > 120) continue
    const flag = /(?:^|[\s,])--([\w-]+)/.exec(text)?.[1]
    if (isOwn && flag !== undefined && isPortLike(flag)) {
      claim(place, 'flag')
      place.clues.push({ kind: 'variable', text: flag })
    } else if (isOwn && /\bport\W{0,3}$/i.test(text) && /\s/.test(text)) claim(place, 'prose')
    else if (isOwn && /^[\w.-]+$/.test(text) && isPortLike(text.replace(/^.*\./, ''))) takeNamed(place, text, callee)
    else if (isTelling(text)) place.clues.push({ kind: place.isCommand ? 'context' : 'name', text })
    else if (text.startsWith('/')) place.clues.push({ kind: 'context', text })
  }
}

function takeNamed(place: Place, name: string, callee: string): void {
  const isSetting = /^(?:set|stub|with|put|add)/i.test(callee)
  if (isVariableName(name) || /env/i.test(callee)) takeVariable(place, name, isSetting ? 'env value' : 'env default')
  else takeName(place, name)
}

/** `expect(config.port).toBe(3000)`, `assert.equal(port, 3000)`. */
function judgeEquality(place: Place, node: Node, { callee, arguments: args }: Call): void {
  const others = args.slice(0, 3).filter((argument) => argument !== node)
  takeComparison(place, [...expectedOf(callee), ...others.flatMap((argument) => mentionsOf(argument))])
}

/** What stands at the beginning of a chain: the argument of `expect(x).not.toBe`, or `ports` of `ports.includes`. */
function expectedOf(callee: Node): Mention[] {
  let at = callee
  for (let steps = 0; steps < 8; steps++) {
    if (at.type === 'MemberExpression') at = at.object
    else if (at.type === 'CallExpression') {
      if (/^(?:expect|assert|should|expectTypeOf|soft|poll)$/.test(nameOf(at.callee) ?? ''))
        return mentionsOf(at.arguments[0])
      at = at.callee
    } else break
  }
  return callee.type === 'MemberExpression' && nameOf(callee.object) !== 'assert' ? mentionsOf(callee.object) : []
}

/** What a call says of the value that it is called on: `[3000, 3001].map((port) => …)`, `.default(3000).env('PORT')`. */
export function judgeChain(place: Place, call: Call): void {
  const callee = nameOf(call.callee) ?? ''
  const [argument] = call.arguments
  if (place.isDefault) {
    const text = stringOf(argument)
    if (callee === 'env' && text !== undefined) takeVariable(place, text)
    else if (isPortLike(callee)) claim(place, 'listen')
    return
  }
  const callback = call.arguments.find(
    ({ type }) => type === 'ArrowFunctionExpression' || type === 'FunctionExpression',
  )
  if (callback?.type === 'ArrowFunctionExpression' || callback?.type === 'FunctionExpression') {
    // `it.each([['core', 3001]])('…', (name, port) => …)` hands on a row as parameters.
    const isTable = call.callee.type === 'CallExpression' && place.indices.length > 1
    takeReceiver(place, callback.params[isTable ? place.indices[0]! : 0])
  } else if (/^(?:includes|indexOf|has)$/.test(callee)) takeComparison(place, mentionsOf(argument))
  else if (place.names.length === 0 && callee === 'toEqualTypeOf') takeComparison(place, expectedOf(call.callee))
}

/** What an element of a list, or of a row in it, is called where the list is gone through: `for (const [name, port] of …)`. */
export function takeReceiver(place: Place, pattern: Node | undefined): void {
  if (place.names.length > 0 || place.isKeyed) return
  const isRow = pattern?.type === 'ArrayPattern' && place.indices.length > 1
  takeName(place, nameOf(isRow ? pattern.elements[place.indices[0]!] : pattern))
}

/** What a default is the default of, in the chain of calls before it: `get('PORT').default(3000)`, `port().default(3000)`. */
function judgeOpening(place: Place, chain: Node | undefined): void {
  let at = chain
  for (let steps = 0; at && steps < 12; steps++) {
    if (at.type === 'CallExpression' || at.type === 'NewExpression') {
      const callee = nameOf(at.callee) ?? ''
      if (isPortLike(callee)) claim(place, 'listen')
      judgeBefore(place, callee, at.arguments.slice(0, 2))
      at = at.callee
    } else at = at.type === 'MemberExpression' ? at.object : undefined
  }
}

function valueOf(node: Node): number {
  return node.type === 'Literal' ? Number(node.value) : 0
}

function isNumber(node: Node): boolean {
  return (
    (node.type === 'Literal' && typeof node.value === 'number') ||
    (stringOf(node) === undefined && mentionsOf(node).some(isOfPort))
  )
}

function isNamingPort(node: Node): boolean {
  const text = stringOf(node) ?? ''
  return isPortLike(text) || /(?:-|\b)ports?\b/i.test(text.slice(0, 120))
}
