import { judgeCall, judgeChain, takeReceiver } from './calls.js'
import { isPortLike, mentionsOf, nameOf, stringOf, type Mention } from './names.js'
import { lastUpTo, startOf, type Node } from './node.js'
import {
  claim,
  isOfPort,
  isTelling,
  isVariableName,
  newPlace,
  takeComparison,
  takeName,
  takeVariable,
  type Place,
} from './place.js'
import { siblingsOf, type Siblings } from './siblings.js'
import { readText } from '../text/text.js'

type Of<Type extends Node['type']> = Extract<Node, { type: Type }>

/** Keys that say nothing of their value: what it is stands around them. */
const valueKey =
  /^_?(?:default|value|val|examples?|const|enum|initial|initialvalue|defaultvalue|fallback|devdefault|testdefault)$/i

/** How many steps outward are looked at. */
const maxSteps = 60

/** What the surroundings of the last node of a path, which begins at the program, say of it. */
export function placeOf(path: readonly Node[]): Place {
  const place = newPlace()
  const last = path.length - 1
  for (let at = last; at > Math.max(0, last - maxSteps); at--) {
    if (!takeStep(place, path, at)) break
  }
  if (place.role === 'listen') place.role = refineRole(place)
  return place
}

function refineRole(place: Place): Place['role'] {
  const own = place.names[0] ?? ''
  if (/^(?:container|target|internal|inner|exposed)_?ports?$/i.test(own)) {
    place.isContainer = true
    return 'container'
  }
  if (/^(?:host|published)_?port$/i.test(own)) return 'publish'
  return place.variables.length > 0 || (place.isDefault && isVariableName(own)) ? 'env default' : 'listen'
}

/** Goes from a node to its parent; false where the value ends. */
function takeStep(place: Place, path: readonly Node[], at: number): boolean {
  const node = path[at]!
  const parent = path[at - 1]!
  const grandparent = path[at - 2]
  switch (parent.type) {
    case 'Property':
      return takeProperty(place, node, parent, grandparent)
    case 'PropertyDefinition':
    case 'AccessorProperty':
    case 'TSPropertySignature':
    case 'MethodDefinition':
      if (node !== parent.key) takeName(place, nameOf(parent.key))
      return true
    case 'TSEnumMember':
      takeName(place, nameOf(parent.id))
      return true
    case 'JSXAttribute':
      takeName(place, nameOf(parent.name))
      return true
    case 'JSXOpeningElement':
      takeName(place, nameOf(parent.name))
      return false
    case 'Identifier':
      takeName(place, parent.name)
      return true
    case 'VariableDeclarator':
      if (node === parent.init) takeName(place, nameOf(parent.id))
      else if (place.names[0] !== undefined && mentionsOf(parent.init).some(({ name }) => /(?:^|\.)env$/i.test(name))) {
        takeVariable(place, place.names[0])
      }
      return false
    case 'TSTypeAliasDeclaration':
    case 'TSEnumDeclaration':
    case 'TSInterfaceDeclaration':
    case 'ClassDeclaration':
      takeName(place, nameOf(parent.id))
      return false
    case 'AssignmentExpression':
      if (node === parent.right) takeAssignment(place, parent)
      return false
    case 'AssignmentPattern':
      if (node !== parent.right) return true
      // `{ PORT = 3000 }` is called by its key.
      if (grandparent?.type !== 'Property') takeName(place, nameOf(parent.left))
      else if (isPortLike(nameOf(parent.left) ?? '')) claim(place, 'listen')
      return true
    case 'LogicalExpression':
      if (node === parent.right && parent.operator !== '&&') takeFallback(place, mentionsOf(parent.left))
      return true
    case 'ConditionalExpression':
      return takeCondition(place, node, parent)
    case 'BinaryExpression':
      return takeBinary(place, node, parent)
    case 'SwitchCase':
      if (node === parent.test && grandparent?.type === 'SwitchStatement')
        takeComparison(place, mentionsOf(grandparent.discriminant))
      return place.isReturned
    case 'ForOfStatement':
      if (node === parent.right && parent.left.type === 'VariableDeclaration')
        takeReceiver(place, parent.left.declarations[0]?.id)
      return place.isReturned
    case 'ArrayExpression':
      takeElement(place, node, parent)
      return true
    case 'CallExpression':
    case 'NewExpression':
      if (node === parent.callee) judgeChain(place, parent)
      else judgeCall(place, node, parent, path[0]!)
      return true
    case 'MemberExpression':
      return node === parent.object
    case 'TSTypeReference':
      if (isPortLike(nameOf(parent.typeName) ?? '')) claim(place, 'listen')
      return true
    case 'TSTypeParameterInstantiation':
      if (parent.params.some((param) => param !== node && mentionsOf(param).some(isOfPort))) claim(place, 'listen')
      return true
    case 'UnaryExpression':
      if (parent.operator !== '+') place.isSettled = true
      return true
    case 'TemplateLiteral':
      takeTemplate(place, node, parent)
      return true
    case 'ReturnStatement':
      place.isReturned = true
      return true
    case 'ArrowFunctionExpression':
      return node === parent.body && (parent.expression || place.isReturned)
    case 'FunctionDeclaration':
    case 'FunctionExpression':
      if (node !== parent.body || !place.isReturned) return false
      if (parent.id) takeName(place, parent.id.name)
      return parent.type === 'FunctionExpression'
    case 'BlockStatement':
    case 'IfStatement':
    case 'SwitchStatement':
    case 'TryStatement':
      return place.isReturned
    case 'VariableDeclaration':
    case 'ExpressionStatement':
    case 'ExportDefaultDeclaration':
    case 'ExportNamedDeclaration':
    case 'Program':
      return false
    default:
      return true
  }
}

function takeProperty(place: Place, node: Node, property: Of<'Property'>, object: Node | undefined): boolean {
  if (node === property.key) {
    // `{ 3000: 'gateway' }`
    const name = stringOf(property.value)
    if (name !== undefined && isTelling(name)) place.clues.push({ kind: 'name', text: name })
    return !property.computed
  }
  const key = property.computed ? stringOf(property.key) : nameOf(property.key)
  if (object?.type !== 'ObjectExpression') {
    takeName(place, key)
    return true
  }
  const siblings = siblingsOf(object)
  const isFirst = place.names.length === 0
  place.isKeyed = true
  if (isFirst && key !== undefined && valueKey.test(key)) takeValueKey(place, key, siblings)
  else {
    takeName(place, key)
    if (isFirst && place.role === 'listen') takeAddress(place, siblings)
  }
  place.clues.push(...siblings.clues)
  return true
}

/** `{ name: 'PORT', value: '3000' }`, `{ env: 'PORT', default: 3000 }`. */
function takeValueKey(place: Place, key: string, { name, variables, isPort }: Siblings): void {
  place.isDefault = !/^val/i.test(key)
  for (const variable of variables) takeVariable(place, variable)
  if (isPort) claim(place, name !== undefined && isVariableName(name) && !place.isDefault ? 'env value' : 'listen')
  takeName(place, name)
}

/** `{ host: 'postgres', port: 5432 }` is an address, unless it is what a server binds. */
function takeAddress(place: Place, { host, isClient, isBehindService }: Siblings): void {
  if (isBehindService) {
    place.role = 'container'
    place.isContainer = true
  } else if (host !== undefined && /^[\w.-]+$/.test(host) && host !== '0.0.0.0') {
    const [address] = readText(`http://${host}:80`, { style: 'string' })
    place.isRemote = address?.isRemote ?? false
    place.isContainer = address?.side === 'container'
    if (place.isContainer || place.isRemote) place.role = 'url'
  }
  if (isClient) place.role = 'url'
}

function takeAssignment(place: Place, { left, operator }: Of<'AssignmentExpression'>): void {
  const [mention] = mentionsOf(left)
  if (mention?.isEnv) takeVariable(place, mention.name, operator === '=' ? 'env value' : 'env default')
  else for (const name of mention?.name.split('.').toReversed() ?? []) takeName(place, name)
}

/** `process.env.PORT ?? 3000`, `options.port || 3000`. */
function takeFallback(place: Place, mentions: readonly Mention[]): void {
  for (const mention of mentions) {
    if (mention.isEnv) takeVariable(place, mention.name)
    else if (isOfPort(mention)) {
      claim(place, 'listen')
      place.clues.push({ kind: 'variable', text: mention.name })
    }
  }
}

/** `process.env.PORT ? Number(process.env.PORT) : 3000`, `name === 'core' ? 3001 : 3000`. */
function takeCondition(
  place: Place,
  node: Node,
  { test, consequent, alternate }: Of<'ConditionalExpression'>,
): boolean {
  if (node === test) return false
  takeFallback(place, [
    ...mentionsOf(node === consequent ? alternate : consequent),
    ...(test.type === 'BinaryExpression' ? [] : mentionsOf(test).filter(isOfPort)),
  ])
  if (node === consequent && test.type === 'BinaryExpression' && /^===?$/.test(test.operator)) {
    const name = stringOf(test.right) ?? stringOf(test.left)
    if (name !== undefined && isTelling(name)) place.clues.push({ kind: 'name', text: name })
  }
  return true
}

/** `port === 3000`, `3000 + offset`, `'http://localhost:' + 3000`. */
function takeBinary(place: Place, node: Node, { operator, left, right }: Of<'BinaryExpression'>): boolean {
  const other = node === right ? left : right
  if (/^[!=]==?$/.test(operator)) {
    takeComparison(place, mentionsOf(other))
    return false
  }
  const last = other.type === 'BinaryExpression' ? other.right : other
  const opening = node === right ? (stringOf(last) ?? '') : ''
  if (operator === '+' && /(?:^|:\/\/[^\s/]*|localhost):$/.test(opening)) claim(place, 'url')
  // `PORT + 100` shifts a port by what is none.
  else if ((operator !== '+' && operator !== '-') || mentionsOf(other).some(isOfPort)) place.isSettled = true
  return true
}

/** `http://localhost:${3000}`, `--port ${3000}`. */
function takeTemplate(place: Place, node: Node, { quasis }: Of<'TemplateLiteral'>): void {
  const before = lastUpTo(quasis, startOf(node) - 1)?.value.raw.slice(-100) ?? ''
  if (/(?:\/\/[^\s/]*|localhost|\d|\}|^):$/.test(before)) claim(place, 'url')
  else if (/--[\w-]*port[= ]$/i.test(before)) claim(place, 'flag')
  else if (/\bport:? $/i.test(before)) claim(place, 'prose')
  place.isSettled = true
}

/** `['--port', '3000']`, `['CORE_PORT', '3001']`, `['core', 3001]`. */
function takeElement(place: Place, node: Node, { elements }: Of<'ArrayExpression'>): void {
  // Longer lists are no rows of a table.
  place.indices.push(elements.length <= 8 ? elements.indexOf(node as never) : 0)
  const before = stringOf(lastUpTo(elements, startOf(node) - 1))
  if (before === undefined || before.length > 80 || place.isKeyed) return
  const flag = /^--?([\w.-]+)$/.exec(before)?.[1]
  if (flag !== undefined) {
    if (flag.length > 1 && isPortLike(flag)) place.clues.push({ kind: 'variable', text: flag })
    if (isPortLike(flag) || /^p$/i.test(flag)) claim(place, 'flag')
  } else if (isPortLike(before) && isTelling(before)) {
    claim(place, isVariableName(before) ? 'env value' : 'listen')
    place.clues.push({ kind: 'variable', text: before })
  } else if (isTelling(before) && elements.length <= 4) place.clues.push({ kind: 'name', text: before })
}
