import { kindOfCall } from './calls.js'
import { childOf, nameOf, propertyOf, stringOf, type Node, type Place } from './node.js'

/** The use of a value in a program, found by following the value outwards. */
export interface Slot {
  /** Variables, keys and fields whose value it is, the innermost first. */
  readonly names: readonly string[]
  /** Keys of the objects around the value, the innermost first. */
  readonly keys: readonly string[]
  /** Owner of the object that contains the value; undefined if it is the program itself. */
  readonly block?: string
  /** Variable that replaces the value. */
  readonly override?: string
  /** Value of `host` in the same object. */
  readonly host?: Node | undefined
  /** `template`: a part of a template literal. `unknown`: only the variables on the way are known. */
  readonly use: 'value' | 'listen' | 'connect' | 'compare' | 'run' | 'template' | 'unknown'
  readonly isListItem?: boolean
  /**
   * A default that a caller replaces, or an option of another function: `function start(port = 3000)`,
   * `const { port = 3000 } = options`, `getPort({ port: 3000 })`.
   */
  readonly isParameter?: boolean
  /** A value for tests: `process.env.CI ? 4000 : 3000`. */
  readonly isTest?: boolean
}

/** Everything about a slot but the variables, which is known at the end of the way outwards. */
export type End = Partial<Omit<Slot, 'names' | 'override'>>

/** Keys and variables that contain a program's own settings. */
export const own =
  /^(?:server|http|https|dev|devServer|listen|app|application|options?|opts|args|argv|config|configuration|settings|defaults?|env|environment|common|development|production|local|base|runtimeConfig|nitro|vite|e2e|use|webServer|(?:app|server|http|dev|default|vite|webpack|env|user)(?:Config|Configuration|Options|Settings|Defaults|Schema)|schema|properties|shape|variables)$/

/** Wrappers of a value. */
export const wrappers = new Set([
  'TSAsExpression',
  'TSSatisfiesExpression',
  'TSNonNullExpression',
  'TSTypeAssertion',
  'ParenthesizedExpression',
  'AwaitExpression',
  'ChainExpression',
  'UnaryExpression',
  'JSXExpressionContainer',
  'SpreadElement',
])

/** Types of functions. */
export const functions = new Set(['ArrowFunctionExpression', 'FunctionExpression', 'FunctionDeclaration'])

/** Follows an object outwards to its owner. */
export function readObject(object: Place, keys: string[]): End {
  const host = propertyOf(object.node, 'host') ?? propertyOf(object.node, 'hostname')
  const end = { host, keys }
  const isHandler = propertyOf(object.node, 'fetch') !== undefined
  let at = object
  for (let steps = 0; at.parent && steps < 40; steps++) {
    if (at.node.type === 'ObjectExpression') {
      const name = stringOf(propertyOf(at.node, 'name') ?? propertyOf(at.node, 'service'))
      if (name !== undefined) return { ...end, block: name }
    }
    const { parent } = at
    const { node } = parent
    switch (node.type) {
      case 'Property': {
        const key = nameOf(childOf(node, 'key')) ?? ''
        keys.push(key)
        if (!own.test(key)) return { ...end, block: key }
        at = parent.parent!
        break
      }
      case 'CallExpression':
      case 'NewExpression': {
        const callee = childOf(node, 'callee')
        const name = nameOf(callee) ?? ''
        const kind = kindOfCall(name, callee?.type === 'MemberExpression')
        if (kind === 'listen') return { ...end, use: 'listen' }
        if (kind === 'test') return { ...end, use: 'compare' }
        if (kind !== 'convert') return { ...end, block: name, isParameter: true }
        // `z.object({ … }).parse(process.env)`
        at = endOfChain(parent)
        break
      }
      case 'VariableDeclarator':
      case 'PropertyDefinition': {
        const name = nameOf(childOf(node, 'id') ?? childOf(node, 'key')) ?? ''
        keys.push(name)
        return own.test(name.replace(/^_/, '')) ? end : { ...end, block: name }
      }
      case 'AssignmentExpression': {
        const name = nameOf(childOf(node, 'left')) ?? ''
        return own.test(name) || name === 'exports' ? end : { ...end, block: name }
      }
      case 'ExpressionStatement':
        return end
      case 'ExportDefaultDeclaration':
        return isHandler ? { ...end, use: 'listen' } : end
      case 'ReturnStatement': {
        const around = functionAround(parent)
        if (!around || around.node.type === 'FunctionDeclaration') return end
        at = around
        break
      }
      case 'LogicalExpression':
      case 'ConditionalExpression':
      case 'ArrayExpression':
      case 'ArrowFunctionExpression':
        at = parent
        break
      default:
        if (!wrappers.has(node.type)) return { ...end, block: '' }
        at = parent
    }
  }
  return end
}

/** The last call of a chain: `z.number().default(3000).optional()` for `z.number().default(3000)`. */
export function endOfChain(call: Place): Place {
  let at = call
  while (at.parent?.node.type === 'MemberExpression' && at.key === 'object' && at.parent.key === 'callee') {
    at = at.parent.parent!
  }
  return at
}

/** Returns the nearest function around a place. */
export function functionAround(place: Place): Place | undefined {
  let at = place.parent
  while (at && !functions.has(at.node.type)) at = at.parent
  return at
}
