import type { Node } from './node.js'
import { isPortName, isPortsName, splitWords } from '../words.js'

/** A name, or the path of names, that an expression reads: `PORT` of `process.env.PORT`, `options.port`. */
export interface Mention {
  readonly name: string
  /** Whether it is a variable of the environment. */
  readonly isEnv: boolean
}

/** How deep into an expression names are looked for. */
const maxDepth = 8

/** What a key, a variable or a member is called; undefined for what is computed. */
export function nameOf(node: Node | null | undefined): string | undefined {
  switch (node?.type) {
    case 'Identifier':
    case 'PrivateIdentifier':
    case 'JSXIdentifier':
      return node.name
    case 'Literal':
      return typeof node.value === 'string' || typeof node.value === 'number' ? String(node.value) : undefined
    case 'MemberExpression':
      return nameOf(node.property)
    case 'JSXMemberExpression':
      return node.property.name
    case 'TSQualifiedName':
      return node.right.name
    case 'AssignmentPattern':
      return nameOf(node.left)
    default:
      return undefined
  }
}

/** The text of a string, or of a template without expressions. */
export function stringOf(node: Node | null | undefined): string | undefined {
  if (node?.type === 'Literal' && typeof node.value === 'string') return node.value
  return node?.type === 'TemplateLiteral' && node.expressions.length === 0
    ? (node.quasis[0]?.value.raw ?? '')
    : undefined
}

/** What an expression names, the nearest to its value first: `PORT` in `Number(process.env.PORT)`. */
export function mentionsOf(node: Node | null | undefined, depth = 0): Mention[] {
  if (!node || depth > maxDepth) return []
  const inside = (child: Node | null | undefined) => mentionsOf(child, depth + 1)
  switch (node.type) {
    case 'Identifier':
      return [{ name: node.name, isEnv: false }]
    case 'MemberExpression': {
      const path = pathOf(node)
      if (!path) return inside(node.object)
      const isEnv = /^(?:process)?env(?:ironment)?$/i.test(path.at(-2) ?? '')
      return [{ name: isEnv ? path.at(-1)! : path.slice(-3).join('.'), isEnv }]
    }
    case 'CallExpression':
    case 'NewExpression': {
      const callee = nameOf(node.callee) ?? ''
      const argument = stringOf(node.arguments[0])
      const isEnv = argument !== undefined && /^[A-Z][A-Z\d_]+$/.test(argument)
      return [
        ...(argument === undefined ? [] : [{ name: argument, isEnv }]),
        ...(isPortLike(callee) ? [{ name: callee, isEnv: false }] : []),
        ...inside(node.arguments[0]),
        ...(node.callee.type === 'MemberExpression' ? inside(node.callee.object) : []),
      ]
    }
    case 'LogicalExpression':
    case 'BinaryExpression':
      return [...inside(node.left), ...inside(node.right)]
    case 'ConditionalExpression':
      return [...inside(node.test), ...inside(node.consequent), ...inside(node.alternate)]
    case 'UnaryExpression':
    case 'AwaitExpression':
      return inside(node.argument)
    case 'ParenthesizedExpression':
    case 'ChainExpression':
    case 'TSAsExpression':
    case 'TSNonNullExpression':
    case 'TSSatisfiesExpression':
      return inside(node.expression)
    case 'TSTypeQuery':
      return inside(node.exprName)
    case 'TSQualifiedName':
      return [{ name: node.right.name, isEnv: false }]
    case 'TSTypeReference':
      return [...inside(node.typeName), ...inside(node.typeArguments?.params[0])]
    case 'TSLiteralType':
      return inside(node.literal)
    default:
      return []
  }
}

/** The names of `process.env.PORT`, outermost first; undefined when something else than names is in it. */
export function pathOf(node: Node): string[] | undefined {
  const names: string[] = []
  let at: Node = node
  for (;;) {
    if (at.type === 'MemberExpression') {
      const name = at.computed ? stringOf(at.property) : nameOf(at.property)
      if (name !== undefined) names.unshift(name)
      at = at.object
    } else if (
      at.type === 'ChainExpression' ||
      at.type === 'TSNonNullExpression' ||
      at.type === 'TSAsExpression' ||
      at.type === 'ParenthesizedExpression'
    ) {
      at = at.expression
    } else if (at.type === 'Identifier') return [at.name, ...names]
    else return at.type === 'ThisExpression' || at.type === 'MetaProperty' ? names : undefined
    if (names.length > maxDepth) return undefined
  }
}

/** Last words of names that measure or count ports rather than being one: `PORT_OFFSET`, `portTimeout`. */
const measures = new Set(
  'offset count range step timeout limit size length max min width height retries retry interval delay ms status code error index weight priority pattern regex version'.split(
    ' ',
  ),
)

/** Whether something called so is a port, wherever in its name the word stands: `PORT_CORE`, `portGateway`, `getPort`. */
export function isPortLike(name: string): boolean {
  if (!/port/i.test(name) || /^(?:err_?|error_?|invalid_?|bad_?)|[{}()<>=]/i.test(name)) return false
  if (isPortName(name)) return true
  const words = splitWords(name.slice(0, 100))
  const at = words.indexOf('port')
  return at >= 0 && isPortName(words.slice(0, at + 1).join('_')) && !measures.has(words.at(-1)!)
}

/** Whether something called so holds ports: `PORTS`, `portsByName`, `portMap`, `portRange`. */
export function isPortsLike(name: string): boolean {
  if (!/port/i.test(name) || /[{}()<>=]/.test(name)) return false
  const words = splitWords(name.slice(0, 100))
  const hasPorts = words.includes('ports') && !measures.has(words.at(-1)!)
  return (
    hasPorts ||
    isPortsName(name) ||
    /(?:^|_)port_(?:range|map|table|registry|numbers|list|by_\w+)$/.test(words.join('_'))
  )
}

/** Keys under which numbers are something else, ports or not around them. */
export function isMeasure(name: string): boolean {
  return splitWords(name.slice(0, 100)).some((word) => measures.has(word) || otherMeasures.has(word))
}

const otherMeasures = new Set(
  'ttl total amount minimum maximum rate year id uid gid pid backoff wait duration age bytes attempts concurrency replicas memory cpu lines depth'.split(
    ' ',
  ),
)
