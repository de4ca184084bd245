import { extname } from 'node:path'
import type { RegistryDefinition } from '@driftos/ports/define'
import type { ArrayExpression, Node, ObjectExpression, ObjectProperty, Program } from '@oxc-project/types'
import { parseSync, type Comment } from 'oxc-parser'
import { UsageError } from '../command.js'

/** The four tables of a registry. */
export type Tables = Required<RegistryDefinition>
/** The name of a table. */
export type TableName = keyof Tables

/** The tables in the order in which a registry has them. */
export const tableNames = ['services', 'ranges', 'history', 'retired'] as const satisfies readonly TableName[]

/** An object or an array in the source, whose elements are entries or fields. */
export type Container = ObjectExpression | ArrayExpression

/** One element of a container: a property of an object, or an item of an array. */
export interface Element {
  /** The name of the property, or the index of the item. */
  readonly key: string
  readonly start: number
  readonly end: number
  /** The value, without the types around it. */
  readonly value: Node
}

/** The source of a registry, with positions. */
export interface Source {
  /** The text that the positions are in. Of a JSON file it has parentheses around it. */
  readonly text: string
  readonly isJson: boolean
  readonly comments: readonly Comment[]
  readonly tables: Readonly<Partial<Record<TableName, Container>>>
  /** The object that has the tables as properties; undefined when each table is an export. */
  readonly root: ObjectExpression | undefined
  /** Follows types, calls of `defineRegistry` and constants of the same file to a literal. */
  resolve(node: Node): Node
  /** Returns the value of a literal. */
  readonly read: (node: Node) => unknown
}

/**
 * Parses a registry: exported tables, a default export, or a call of `defineRegistry`, in TypeScript, JavaScript or JSON.
 *
 * @param file - the file's name: its extension selects the language, and messages contain it
 * @throws {UsageError} when the file has a syntax error, or a table that is not a literal
 */
export function parseSource(code: string, file: string): Source {
  const isJson = /^\.json[c5]?$/.test(extname(file))
  // JSON is an expression of JavaScript; the line break ends a comment on the last line.
  const text = isJson ? `(${code}\n)` : code
  const { program, comments, errors } = parseSync(isJson ? 'registry.js' : file, text)
  const lineAt = (position: number): number => text.slice(0, position).split('\n').length
  const [error] = errors
  if (error) throw new UsageError(`${file}, line ${lineAt(error.labels[0]?.start ?? 0)}: ${error.message}`)

  const { constants, exported, isDefinition } = readBindings(program, isJson)
  const refuse = (node: Node): never => {
    const found = text.slice(node.start, node.end).replaceAll(/\s+/g, ' ')
    const shown = found.length > 60 ? `${found.slice(0, 59)}…` : found
    throw new UsageError(
      `${file}, line ${lineAt(node.start)}: expected a literal, got \`${shown}\`. Write a literal, or edit the file by hand.`,
    )
  }
  const resolve = (node: Node): Node => {
    const value = withoutTypes(node)
    if (value.type === 'Identifier') {
      const constant = constants.get(value.name)
      return constant && constant !== value ? resolve(constant) : value
    }
    const [argument] = value.type === 'CallExpression' && isDefinition(value.callee) ? value.arguments : []
    return argument ? resolve(argument) : value
  }
  const read = (node: Node): unknown => {
    const value = resolve(node)
    if (value.type === 'Literal' && (value.value === null || typeof value.value !== 'object')) return value.value
    if (value.type === 'TemplateLiteral' && value.expressions.length === 0) return value.quasis[0]!.value.cooked
    if (value.type === 'UnaryExpression' && value.operator === '-') return -(read(value.argument) as number)
    if (value.type === 'ArrayExpression') return value.elements.map((item) => (item ? read(item) : refuse(value)))
    if (value.type !== 'ObjectExpression') return refuse(value)
    return Object.fromEntries(
      value.properties.map((property) =>
        isEntry(property) ? [keyOf(property), read(property.value)] : refuse(property),
      ),
    )
  }

  const isNamed = exported.has('services') && !exported.has('default')
  const others = isNamed ? [] : [constants.get('defineRegistry()'), ...exported.values()]
  const whole = [exported.get('default'), ...others].find((node) => node && hasServices(resolve(node)))
  const resolved = whole && resolve(whole)
  const root = resolved?.type === 'ObjectExpression' ? resolved : undefined
  const properties = root?.properties.filter(isEntry).map((property) => [keyOf(property), property.value] as const)
  const named = new Map<string, Node>(properties ?? exported)
  const tables = Object.fromEntries(
    tableNames.flatMap((name) => {
      const node = named.get(name)
      if (!node) return []
      const table = resolve(node)
      const isTable = table.type === (name === 'history' ? 'ArrayExpression' : 'ObjectExpression')
      return [[name, isTable ? table : refuse(table)]]
    }),
  )
  if (!tables['services']) {
    throw new UsageError(
      `${file} has no table \`services\`: expected \`export const services = {…}\`, a default export, or \`defineRegistry({…})\`.`,
    )
  }
  return { text, isJson, comments, tables, root, resolve, read }
}

/**
 * Returns the tables of a registry as its source has them. Nothing is run; invariants are not checked.
 *
 * @throws {UsageError} when a value is not a literal
 */
export function readTables(code: string, file: string): Tables {
  const source = parseSource(code, file)
  const tables = tableNames.map((name) => {
    const table = source.tables[name]
    return [name, table ? source.read(table) : name === 'history' ? [] : {}]
  })
  return Object.fromEntries(tables) as Tables
}

/** Returns the elements of a container, with their places in the text. */
export function elementsOf(container: Container): Element[] {
  return container.type === 'ArrayExpression'
    ? container.elements.map((item, index) => elementAt(String(index), item!, item!))
    : container.properties.filter(isEntry).map((property) => elementAt(keyOf(property), property, property.value))
}

function elementAt(key: string, { start, end }: Node, value: Node): Element {
  return { key, start, end, value: withoutTypes(value) }
}

function hasServices(node: Node): boolean {
  return (
    node.type === 'ObjectExpression' && node.properties.some((entry) => isEntry(entry) && keyOf(entry) === 'services')
  )
}

function isEntry(node: ObjectExpression['properties'][number]): node is ObjectProperty {
  return node.type === 'Property' && node.kind === 'init' && !node.computed && !node.method
}

function keyOf({ key }: ObjectProperty): string {
  return key.type === 'Literal' ? String(key.value) : (key as { readonly name: string }).name
}

function withoutTypes(node: Node): Node {
  switch (node.type) {
    case 'TSAsExpression':
    case 'TSSatisfiesExpression':
    case 'TSNonNullExpression':
    case 'TSTypeAssertion':
    case 'ParenthesizedExpression':
      return withoutTypes(node.expression)
    default:
      return node
  }
}

interface Bindings {
  /** The constants of the module; `defineRegistry()` is its first such call that has a name or is destructured. */
  readonly constants: ReadonlyMap<string, Node>
  readonly exported: ReadonlyMap<string, Node>
  /** Whether a call returns the object that it takes: `defineRegistry`, `Object.freeze`. */
  readonly isDefinition: (callee: Node) => boolean
}

function readBindings({ body }: Program, isJson: boolean): Bindings {
  const constants = new Map<string, Node>()
  const exported = new Map<string, Node>()
  const definers = new Set(['defineRegistry', 'freeze', 'deepFreeze'])
  const isDefinition = (callee: Node): boolean => {
    const name = callee.type === 'MemberExpression' ? callee.property : callee
    return name.type === 'Identifier' && definers.has(name.name)
  }
  for (const statement of body) {
    if (statement.type === 'ImportDeclaration') {
      for (const specifier of statement.specifiers) {
        if (specifier.type !== 'ImportSpecifier' || specifier.imported.type !== 'Identifier') continue
        if (specifier.imported.name === 'defineRegistry') definers.add(specifier.local.name)
      }
    } else if (statement.type === 'ExportDefaultDeclaration') exported.set('default', statement.declaration)
    else if (statement.type === 'ExpressionStatement') readAssignment(statement.expression, exported, isJson)
    else if (statement.type === 'ExportNamedDeclaration' || statement.type === 'VariableDeclaration') {
      const declaration = statement.type === 'VariableDeclaration' ? statement : statement.declaration
      for (const { local, exported: name } of 'specifiers' in statement ? statement.specifiers : []) {
        if (name.type === 'Identifier') exported.set(name.name, local)
      }
      if (declaration?.type !== 'VariableDeclaration') continue
      for (const { id, init } of declaration.declarations) {
        if (!init) continue
        const call = withoutTypes(init)
        const isDefined = call.type === 'CallExpression' && isDefinition(call.callee)
        if (isDefined && !constants.has('defineRegistry()')) constants.set('defineRegistry()', init)
        if (id.type !== 'Identifier') continue
        constants.set(id.name, init)
        if (declaration !== statement) exported.set(id.name, init)
      }
    }
  }
  return { constants, exported, isDefinition }
}

/** Reads `module.exports = …`, `exports.services = …`, and the only expression of a JSON file. */
function readAssignment(expression: Node, exported: Map<string, Node>, isJson: boolean): void {
  if (isJson) exported.set('default', expression)
  if (expression.type !== 'AssignmentExpression' || expression.left.type !== 'MemberExpression') return
  const { object, property } = expression.left
  if (property.type !== 'Identifier') return
  const isModule = object.type === 'Identifier' && object.name === 'module' && property.name === 'exports'
  exported.set(isModule ? 'default' : property.name, expression.right)
}
