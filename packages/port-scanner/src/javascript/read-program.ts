import { findAddresses } from '../address.js'
import { merge, parsePort, shift, type Match } from '../match.js'

/** A node of an ESTree program, as oxc, ESLint and oxlint produce it. */
export interface ProgramNode {
  readonly type: string
  readonly start: number
  readonly end: number
}

/** A comment without its position's details. */
export type ProgramComment = Pick<ProgramNode, 'start' | 'end'>

type Fields = ProgramNode & Readonly<Record<string, unknown>>

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
  _path: string,
): readonly Match[] {
  const found: Match[] = []
  const pending: Fields[] = [program as Fields]
  for (let node = pending.pop(); node; node = pending.pop()) {
    found.push(...readNode(node, text))
    for (const value of Object.values(node)) {
      for (const each of Array.isArray(value) ? (value as unknown[]) : [value]) if (isNode(each)) pending.push(each)
    }
  }
  const commented = comments.flatMap(({ start, end }) =>
    shift(findAddresses(text.slice(start, end)), start).map((match) => ({ ...match, isComment: true })),
  )
  return merge(found, commented)
}

function readNode(node: Fields, text: string): Match[] {
  switch (node.type) {
    case 'Literal':
    case 'TemplateLiteral':
      return typeof node['value'] === 'string' || node.type === 'TemplateLiteral'
        ? shift(findAddresses(text.slice(node.start, node.end)), node.start)
        : []
    case 'CallExpression':
      return readListen(node)
    case 'LogicalExpression':
      return readDefault(node)
    default:
      return []
  }
}

/** `app.listen(3000)`, `app.listen({ port: 3000 })` */
function readListen({ callee, arguments: values }: Fields): Match[] {
  if (nameOf((callee as Fields)['property']) !== 'listen') return []
  const [first] = values as Fields[]
  const port = first?.type === 'ObjectExpression' ? propertyOf(first, 'port') : first
  return numberAt(port, { role: 'listen', side: 'host', evidence: [] })
}

/** `process.env.CORE_PORT ?? 3001`, `Number(process.env.CORE_PORT) || 3001` */
function readDefault({ left, right, operator }: Fields): Match[] {
  if (operator !== '??' && operator !== '||') return []
  const variable = variableOf(left as Fields)
  if (variable === undefined) return []
  return numberAt(right as Fields, {
    role: 'default',
    side: 'host',
    evidence: [{ kind: 'variable', text: variable }],
    override: variable,
  })
}

/** Returns the name of `process.env.NAME`, also inside a call. */
function variableOf(node: Fields): string | undefined {
  if (node.type === 'CallExpression') {
    const [first] = node['arguments'] as Fields[]
    return first && variableOf(first)
  }
  const object = node['object'] as Fields | undefined
  const isEnv = nameOf(object?.['property'] ?? object) === 'env'
  return node.type === 'MemberExpression' && isEnv ? nameOf(node['property']) : undefined
}

function numberAt(node: Fields | undefined, fields: Omit<Match, 'port' | 'start' | 'end'>): Match[] {
  if (node?.type !== 'Literal') return []
  const quote = typeof node['value'] === 'string' ? 1 : 0
  const port = parsePort(String(node['raw']).slice(quote, quote ? -1 : undefined))
  return port === undefined ? [] : [{ ...fields, port, start: node.start + quote, end: node.end - quote }]
}

function propertyOf(object: Fields, key: string): Fields | undefined {
  const found = (object['properties'] as Fields[]).find((each) => nameOf(each['key']) === key)
  return found?.['value'] as Fields | undefined
}

function nameOf(node: unknown): string | undefined {
  const { name, value } = (node ?? {}) as { name?: unknown; value?: unknown }
  return typeof name === 'string' ? name : typeof value === 'string' ? value : undefined
}

function isNode(value: unknown): value is Fields {
  return typeof value === 'object' && value !== null && typeof (value as Partial<ProgramNode>).type === 'string'
}
