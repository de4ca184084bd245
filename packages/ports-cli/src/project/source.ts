import { extname } from 'node:path'
import type { RegistryDefinition } from '@driftos/ports/define'
import type {
  ArrayExpression,
  CallExpression,
  Node,
  ObjectExpression,
  ObjectProperty,
  Program,
} from '@oxc-project/types'
import { parseSync, type Comment } from 'oxc-parser'
import { UsageError } from '../usage-error.js'

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

/** A parsed module. */
interface Module extends Bindings {
  readonly code: string
  /** The text that the positions are in. Of a JSON file it has parentheses around it. */
  readonly text: string
  readonly isJson: boolean
  readonly comments: readonly Comment[]
  /** Follows types, calls of `defineRegistry` and constants of the same file to a literal. */
  resolve(this: void, node: Node): Node
  /**
   * Returns the value of a literal.
   *
   * @param skipped - the name of a property that is not read; its value is `true`
   * @throws {UsageError} with the line of anything else
   */
  read(this: void, node: Node, skipped?: string): unknown
  /** @throws {UsageError} with the line */
  refuse(this: void, node: Node): never
}

/** The source of a registry, with positions. */
export interface Source extends Module {
  readonly tables: Readonly<Partial<Record<TableName, Container>>>
  /** The object that has the tables as properties; undefined when each table is an export. */
  readonly root: ObjectExpression | undefined
}

/**
 * Returns the tables of a registry as its source has them. Nothing is run; invariants are not checked.
 *
 * @throws {UsageError} when a value is not a literal
 */
export function readTables(code: string, file: string): Tables {
  return valuesOf(parseSource(code, file))
}

/** Returns the tables of a registry whose values are literals; else undefined. */
export function readLiteralTables(code: string, file: string): Tables | undefined {
  return ifLiteral(() => readTables(code, file))
}

/** Returns the tables of a registry that consists of constants, and so has the same ones whenever it runs; else undefined. */
export function readStaticTables(code: string, file: string): Tables | undefined {
  return readStatic(code, file, (module) => valuesOf(findTables(module, file)))
}

/** Returns the default export of such a module; else undefined. The value of the property `skipped` is `true`, whatever it is. */
export function readStaticDefault(code: string, file: string, skipped: string): unknown {
  const readDefault = ({ exported, read }: Module): unknown => {
    const node = exported.get('default')
    return node && read(node, skipped)
  }
  return readStatic(code, file, readDefault, skipped)
}

/**
 * Parses a registry: exported tables, a default export, or a call of `defineRegistry`, in TypeScript, JavaScript or JSON.
 *
 * @param file - the file's name: its extension selects the language, and messages contain it
 * @throws {UsageError} when the file has a syntax error, or a table that is not a literal
 */
export function parseSource(code: string, file: string): Source {
  return findTables(parseModule(code, file), file)
}

function valuesOf({ tables, read }: Source): Tables {
  const values = tableNames.map((name) => [name, tables[name] ? read(tables[name]) : name === 'history' ? [] : {}])
  return Object.fromEntries(values) as Tables
}

function readStatic<Value>(code: string, file: string, read: (module: Module) => Value, skipped?: string) {
  return ifLiteral(() => {
    const module = parseModule(code, file)
    if (!module.isStatic) return undefined
    for (const node of module.values) module.read(node, skipped)
    return read(module)
  })
}

function ifLiteral<Value>(read: () => Value): Value | undefined {
  try {
    return read()
  } catch (error) {
    if (error instanceof UsageError) return undefined
    throw error
  }
}

function parseModule(code: string, file: string): Module {
  const isJson = /^\.json[c5]?$/.test(extname(file))
  // JSON is an expression of JavaScript; the line break ends a comment on the last line.
  const text = isJson ? `(${code}\n)` : code
  const { program, comments, errors } = parseSync(isJson ? 'registry.js' : file, text)
  const lineAt = (position: number): number => text.slice(0, position).split('\n').length
  const [error] = errors
  if (error) throw new UsageError(`${file}, line ${lineAt(error.labels[0]?.start ?? 0)}: ${error.message}`)

  const bindings = readBindings(program, isJson)
  const refuse = (node: Node): never => {
    const found = text.slice(node.start, node.end).replaceAll(/\s+/g, ' ')
    const shown = found.length > 60 ? `${found.slice(0, 59)}…` : found
    throw new UsageError(
      `${file}, line ${lineAt(node.start)}: expected a literal, got \`${shown}\`. Write a literal, or edit the file by hand.`,
    )
  }
  const resolve = (node: Node, hops = 10): Node => {
    const value = withoutTypes(node)
    const [argument] = bindings.isDefinition(value) ? value.arguments : []
    const next = value.type === 'Identifier' ? bindings.constants.get(value.name) : argument
    // Constants that refer to each other have no value.
    return next && hops > 0 ? resolve(next, hops - 1) : value
  }
  const read = (node: Node, skipped?: string): unknown => {
    const value = resolve(node)
    if (value.type === 'Literal' && !('regex' in value) && !('bigint' in value)) return value.value
    if (value.type === 'TemplateLiteral' && value.expressions.length === 0) return value.quasis[0]!.value.cooked
    if (value.type === 'UnaryExpression' && value.operator === '-') return -(read(value.argument) as number)
    if (value.type === 'ArrayExpression') return value.elements.map((item) => (item ? read(item) : refuse(value)))
    if (value.type !== 'ObjectExpression') return refuse(value)
    const fields = value.properties.flatMap((property) => {
      if (property.type === 'SpreadElement' && resolve(property.argument).type === 'ObjectExpression')
        return Object.entries(read(property.argument) as object)
      if (!isEntry(property)) return refuse(property)
      return [[keyOf(property), keyOf(property) === skipped ? true : read(property.value)] as const]
    })
    return Object.fromEntries(fields) as unknown
  }
  return { ...bindings, code, text, isJson, comments, resolve: (node) => resolve(node), read, refuse }
}

function findTables(module: Module, file: string): Source {
  const { constants, exported, resolve, refuse } = module
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
  return { ...module, tables, root }
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
  return (
    node.type === 'Property' && node.kind === 'init' && !node.computed && !node.method && keyOf(node) !== '__proto__'
  )
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
  /** The values of all its constants and exports. */
  readonly values: readonly Node[]
  /** Whether the module has only imports, constants, types and exports: with literals as values, it is the same in each run. */
  readonly isStatic: boolean
  /** Whether an expression is a call that returns the object that it takes: `defineRegistry`, `Object.freeze`. */
  isDefinition(this: void, node: Node): node is CallExpression
}

function readBindings({ body }: Program, isJson: boolean): Bindings {
  const constants = new Map<string, Node>()
  const exported = new Map<string, Node>()
  const values: Node[] = []
  const definers = new Set(['defineRegistry', 'defineConfig', 'freeze', 'deepFreeze'])
  const isDefinition = (node: Node): node is CallExpression => {
    if (node.type !== 'CallExpression') return false
    const name = node.callee.type === 'MemberExpression' ? node.callee.property : node.callee
    return name.type === 'Identifier' && definers.has(name.name)
  }
  let isStatic = true
  for (const statement of body) {
    const declaration = statement.type === 'ExportNamedDeclaration' ? statement.declaration : statement
    if (statement.type === 'ImportDeclaration') {
      for (const specifier of statement.specifiers) {
        if (specifier.type !== 'ImportSpecifier' || specifier.imported.type !== 'Identifier') continue
        if (definers.has(specifier.imported.name)) definers.add(specifier.local.name)
      }
    } else if (statement.type === 'ExportDefaultDeclaration') exported.set('default', statement.declaration)
    else if (statement.type === 'ExpressionStatement') {
      isStatic = readAssignment(statement.expression, exported, isJson) && isStatic
    } else if (declaration?.type === 'VariableDeclaration') {
      isStatic &&= declaration.kind === 'const'
      for (const { id, init } of declaration.declarations) {
        if (!init) continue
        values.push(init)
        if (isDefinition(withoutTypes(init)) && !constants.has('defineRegistry()'))
          constants.set('defineRegistry()', init)
        if (id.type !== 'Identifier') continue
        constants.set(id.name, init)
        if (declaration !== statement) exported.set(id.name, init)
      }
    } else if (statement.type === 'ExportNamedDeclaration' && !declaration) {
      isStatic &&= !statement.source
      if (statement.exportKind === 'type') continue
      for (const { local, exported: name } of statement.specifiers) {
        if (name.type === 'Identifier') exported.set(name.name, local)
      }
    } else
      isStatic &&= /^(?:TSTypeAliasDeclaration|TSInterfaceDeclaration|EmptyStatement)$/.test(declaration?.type ?? '')
  }
  return { constants, exported, values: [...values, ...exported.values()], isStatic, isDefinition }
}

/** Reads `module.exports = …`, `exports.services = …`, and the only expression of a JSON file; returns whether it is one. */
function readAssignment(expression: Node, exported: Map<string, Node>, isJson: boolean): boolean {
  if (isJson) exported.set('default', expression)
  if (expression.type !== 'AssignmentExpression') return isJson
  const [, isWhole, name] = /^(module\.exports|exports)(?:\.(\w+))?$/.exec(pathOf(expression.left)) ?? []
  if (isWhole === undefined || (isWhole === 'exports' && name === undefined)) return false
  exported.set(name ?? 'default', expression.right)
  return true
}

/** Returns the source of a chain of names, such as `module.exports`; empty for anything else. */
function pathOf(node: Node): string {
  if (node.type === 'Identifier') return node.name
  const isMember = node.type === 'MemberExpression' && node.property.type === 'Identifier' && !node.computed
  return isMember ? `${pathOf(node.object)}.${pathOf(node.property)}` : ''
}
