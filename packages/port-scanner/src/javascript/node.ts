/** A node of an ESTree program, as oxc, ESLint and oxlint produce it. */
export interface ProgramNode {
  readonly type: string
}

/** A comment without its position's details. */
export interface ProgramComment {
  readonly start: number
  readonly end: number
}

/** A node whose fields are read dynamically. */
export type Node = ProgramNode & Readonly<Record<string, unknown>>

/** A node and its parents. */
export interface Place {
  readonly node: Node
  readonly parent: Place | undefined
  /** The field of the parent that contains the node. */
  readonly key: string
}

/** Fields without code: positions, ESLint's links and tokens, types. */
const skipped = new Set([
  'parent',
  'loc',
  'range',
  'tokens',
  'comments',
  'typeAnnotation',
  'typeArguments',
  'returnType',
])

/** Calls a function with every node of a program, outer nodes first. */
export function walk(program: Node, visit: (place: Place) => void): void {
  const pending: Place[] = [{ node: program, parent: undefined, key: '' }]
  for (let place = pending.pop(); place; place = pending.pop()) {
    visit(place)
    const { node } = place
    for (const key in node) {
      const value = node[key]
      if (typeof value !== 'object' || value === null || skipped.has(key)) continue
      for (const each of Array.isArray(value) ? (value as unknown[]) : [value]) {
        if (isNode(each)) pending.push({ node: each, parent: place, key })
      }
    }
  }
}

/** Returns where a node is in the text. Some parsers of ESLint give only a `range`. */
export function rangeOf(node: Node): readonly [start: number, end: number] {
  return (node['range'] as [number, number] | undefined) ?? [node['start'] as number, node['end'] as number]
}

/** Returns the node in a field, or undefined. */
export function childOf(node: Node | undefined, key: string): Node | undefined {
  const value = node?.[key]
  return isNode(value) ? value : undefined
}

/** Returns the nodes in a field that contains a list. */
export function listOf(node: Node | undefined, key: string): readonly Node[] {
  const value = node?.[key]
  return Array.isArray(value) ? (value as unknown[]).filter(isNode) : []
}

/** Returns the last name of an identifier, a key, a member or a callee: `listen` for `app.listen`. */
export function nameOf(node: Node | undefined): string | undefined {
  switch (node?.type) {
    case 'Identifier':
    case 'PrivateIdentifier':
    case 'JSXIdentifier':
      return node['name'] as string
    case 'Literal':
      return stringOf(node)
    case 'MemberExpression':
      return nameOf(childOf(node, 'property'))
    case 'ChainExpression':
    case 'TSNonNullExpression':
    case 'TSAsExpression':
      return nameOf(childOf(node, 'expression'))
    default:
      return undefined
  }
}

/** Returns the text of a string, or of a template without expressions. */
export function stringOf(node: Node | undefined): string | undefined {
  if (node?.type === 'Literal') return typeof node['value'] === 'string' ? node['value'] : undefined
  if (node?.type !== 'TemplateLiteral' || listOf(node, 'expressions').length > 0) return undefined
  return (listOf(node, 'quasis')[0]?.['value'] as { raw: string } | undefined)?.raw
}

/** Returns the value of an object's key. */
export function propertyOf(object: Node | undefined, key: string): Node | undefined {
  const found = listOf(object, 'properties').find((each) => nameOf(childOf(each, 'key')) === key)
  return childOf(found, 'value')
}

/** Returns the variables of the environment that an expression reads: `process.env.PORT`, `config.get('PORT')`. */
export function variablesOf(node: Node | undefined, depth = 0): string[] {
  if (!node || depth > 5) return []
  const inside = (...keys: string[]) => keys.flatMap((key) => variablesOf(childOf(node, key), depth + 1))
  switch (node.type) {
    case 'MemberExpression': {
      const object = childOf(node, 'object')
      const name = nameOf(node)
      return name !== undefined && /^(?:process)?env$/i.test(nameOf(object) ?? metaOf(object)) ? [name] : []
    }
    case 'CallExpression': {
      const [first] = listOf(node, 'arguments')
      const text = stringOf(first)
      if (text !== undefined) return /^[A-Z][A-Z\d_]+$/.test(text) ? [text] : []
      const own = variablesOf(first, depth + 1)
      return own.length > 0 ? own : variablesOf(childOf(childOf(node, 'callee'), 'object'), depth + 1)
    }
    case 'LogicalExpression':
    case 'BinaryExpression':
      return inside('left', 'right')
    case 'ConditionalExpression':
      return inside('test', 'consequent', 'alternate')
    case 'UnaryExpression':
      return inside('argument')
    case 'ArrayExpression':
      return listOf(node, 'elements').flatMap((each) => variablesOf(each, depth + 1))
    default:
      return inside('expression')
  }
}

/** `import.meta.env` is a member of another kind of node. */
function metaOf(node: Node | undefined): string {
  return node?.type === 'MetaProperty' ? 'meta' : ''
}

function isNode(value: unknown): value is Node {
  return typeof value === 'object' && value !== null && typeof (value as Partial<ProgramNode>).type === 'string'
}
