import { basename, extname } from 'node:path'
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

/** A parsed module of TypeScript, JavaScript or JSON. Nothing of it is run. */
class Module {
  readonly code: string
  /** The text that the positions are in. Of a JSON file it has parentheses around it. */
  readonly text: string
  readonly isJson: boolean
  readonly comments: readonly Comment[]
  readonly exported = new Map<string, Node>()
  /** The constants; `defineRegistry()` is the first such call that has a name or is destructured. */
  protected readonly constants = new Map<string, Node>()
  protected readonly file: string
  /** The functions that return the object that they take. */
  readonly #definers = new Set(['defineRegistry', 'defineConfig', 'freeze', 'deepFreeze'])
  readonly #constantValues: Node[] = []
  readonly #isDeclarative: boolean

  /**
   * @param file - the path of the file: its extension selects the language, and messages contain its name
   * @throws {UsageError} when the file has a syntax error
   */
  constructor(code: string, file: string) {
    this.code = code
    this.file = basename(file)
    this.isJson = /^\.json[c5]?$/.test(extname(file))
    // JSON is an expression of JavaScript; the line break ends a comment on the last line.
    this.text = this.isJson ? `(${code}\n)` : code
    const { program, comments, errors } = parseSync(this.isJson ? 'registry.js' : file, this.text)
    const [error] = errors
    if (error) throw new UsageError(`${this.#placeOf(error.labels[0]?.start ?? 0)}: ${error.message}`)
    this.comments = comments
    this.#isDeclarative = program.body.map((statement) => this.#bind(statement)).every(Boolean)
  }

  /**
   * Whether the module has only imports, types, and constants and exports of literals, so that it is the same in each run.
   *
   * @throws {UsageError} when a value is not a literal
   */
  isStatic(skipped?: string): boolean {
    if (!this.#isDeclarative) return false
    for (const node of [...this.#constantValues, ...this.exported.values()]) this.read(node, skipped)
    return true
  }

  /** Follows types, calls of `defineRegistry` and constants of the same file to a literal. */
  resolve(node: Node, hops = 10): Node {
    const value = withoutTypes(node)
    const [argument] = this.#isDefinition(value) ? value.arguments : []
    const next = value.type === 'Identifier' ? this.constants.get(value.name) : argument
    // Constants that refer to each other have no value.
    return next && hops > 0 ? this.resolve(next, hops - 1) : value
  }

  /**
   * Returns the value of a literal.
   *
   * @param skipped - the name of a property that is not read; its value is `true`
   * @throws {UsageError} with the line of anything else
   */
  read(node: Node, skipped?: string): unknown {
    const value = this.resolve(node)
    if (value.type === 'Literal' && !('regex' in value) && !('bigint' in value)) return value.value
    if (value.type === 'TemplateLiteral' && value.expressions.length === 0) return value.quasis[0]!.value.cooked
    if (value.type === 'UnaryExpression' && value.operator === '-') return -(this.read(value.argument) as number)
    if (value.type === 'ArrayExpression') return value.elements.map((item) => this.read(item ?? this.refuse(value)))
    if (value.type !== 'ObjectExpression') return this.refuse(value)
    const fields = value.properties.flatMap((property) => {
      if (property.type === 'SpreadElement' && this.resolve(property.argument).type === 'ObjectExpression')
        return Object.entries(this.read(property.argument) as object)
      if (!isEntry(property)) return this.refuse(property)
      return [[keyOf(property), keyOf(property) === skipped ? true : this.read(property.value)] as const]
    })
    return Object.fromEntries(fields) as unknown
  }

  /** @throws {UsageError} with the line */
  refuse(node: Node): never {
    const found = this.text.slice(node.start, node.end).replaceAll(/\s+/g, ' ')
    const shown = found.length > 60 ? `${found.slice(0, 59)}…` : found
    throw new UsageError(
      `${this.#placeOf(node.start)}: expected a literal, got \`${shown}\`. Write a literal, or edit the file by hand.`,
    )
  }

  #placeOf(position: number): string {
    return `${this.file}, line ${this.text.slice(0, position).split('\n').length}`
  }

  #isDefinition(node: Node): node is CallExpression {
    if (node.type !== 'CallExpression') return false
    const name = node.callee.type === 'MemberExpression' ? node.callee.property : node.callee
    return name.type === 'Identifier' && this.#definers.has(name.name)
  }

  /** Keeps what a statement imports, declares or exports; returns whether it does nothing else. */
  #bind(statement: Program['body'][number], isExported = false): boolean {
    switch (statement.type) {
      case 'ImportDeclaration':
        for (const specifier of statement.specifiers) {
          if (specifier.type !== 'ImportSpecifier' || specifier.imported.type !== 'Identifier') continue
          if (this.#definers.has(specifier.imported.name)) this.#definers.add(specifier.local.name)
        }
        return true
      case 'ExportDefaultDeclaration':
        this.exported.set('default', statement.declaration)
        return true
      case 'ExportNamedDeclaration':
        for (const { local, exported } of statement.exportKind === 'type' ? [] : statement.specifiers) {
          if (exported.type === 'Identifier') this.exported.set(exported.name, local)
        }
        return statement.declaration ? this.#bind(statement.declaration, true) : !statement.source
      case 'VariableDeclaration':
        for (const { id, init } of statement.declarations) {
          if (!init) continue
          this.#constantValues.push(init)
          if (this.#isDefinition(withoutTypes(init)) && !this.constants.has('defineRegistry()'))
            this.constants.set('defineRegistry()', init)
          if (id.type !== 'Identifier') continue
          this.constants.set(id.name, init)
          if (isExported) this.exported.set(id.name, init)
        }
        return statement.kind === 'const'
      case 'ExpressionStatement':
        return this.#bindAssignment(statement.expression)
      default:
        return /^(?:TSTypeAliasDeclaration|TSInterfaceDeclaration|EmptyStatement)$/.test(statement.type)
    }
  }

  /** Reads `module.exports = …`, `exports.services = …`, and the only expression of a JSON file. */
  #bindAssignment(expression: Node): boolean {
    if (this.isJson) this.exported.set('default', expression)
    if (expression.type !== 'AssignmentExpression') return this.isJson
    const target = this.text.slice(expression.left.start, expression.left.end)
    const [, object, field = 'default'] = /^(module\.exports|exports(?=\.))(?:\.(\w+))?$/.exec(target) ?? []
    if (object === undefined) return false
    this.exported.set(field, expression.right)
    return true
  }
}

/** The source of a registry: exported tables, a default export, or a call of `defineRegistry`. */
export class Source extends Module {
  readonly tables: Readonly<Partial<Record<TableName, Container>>>
  /** The object that has the tables as properties; undefined when each table is an export. */
  readonly root: ObjectExpression | undefined

  /** @throws {UsageError} when the file has a syntax error, or a table that is not a literal */
  constructor(code: string, file: string) {
    super(code, file)
    const { constants, exported } = this
    const isNamed = exported.has('services') && !exported.has('default')
    const others = isNamed ? [] : [constants.get('defineRegistry()'), ...exported.values()]
    this.root = [exported.get('default'), ...others].map((node) => node && this.resolve(node)).find(hasServices)
    const named = new Map(this.root ? elementsOf(this.root).map(({ key, value }) => [key, value]) : exported)
    this.tables = Object.fromEntries(
      tableNames.flatMap((name) => {
        const node = named.get(name)
        if (!node) return []
        const table = this.resolve(node)
        const isTable = table.type === (name === 'history' ? 'ArrayExpression' : 'ObjectExpression')
        return [[name, isTable ? table : this.refuse(table)]]
      }),
    )
    if (!this.tables.services) {
      throw new UsageError(
        `${this.file} has no table \`services\`: expected \`export const services = {…}\`, a default export, or \`defineRegistry({…})\`.`,
      )
    }
  }

  /** @throws {UsageError} when a value is not a literal */
  readTables(): Tables {
    const values = Object.entries(this.tables).map(([name, table]) => [name, this.read(table)])
    return { services: {}, ranges: {}, history: [], retired: {}, ...Object.fromEntries(values) } as Tables
  }
}

/**
 * Returns the tables of a registry as its source has them. Invariants are not checked.
 *
 * @throws {UsageError} when a value is not a literal
 */
export function readTables(code: string, file: string): Tables {
  return new Source(code, file).readTables()
}

/** Returns the tables of a registry whose values are literals; else undefined. */
export function readLiteralTables(code: string, file: string): Tables | undefined {
  return ifLiteral(() => readTables(code, file))
}

/** Returns the tables of a registry that consists of constants, and so has the same ones whenever it runs; else undefined. */
export function readStaticTables(code: string, file: string): Tables | undefined {
  return ifLiteral(() => {
    const source = new Source(code, file)
    return source.isStatic() ? source.readTables() : undefined
  })
}

/** Returns the default export of such a module; else undefined. The value of the property `skipped` is `true`, whatever it is. */
export function readStaticDefault(code: string, file: string, skipped: string): unknown {
  return ifLiteral(() => {
    const module = new Module(code, file)
    const node = module.exported.get('default')
    return node && module.isStatic(skipped) ? module.read(node, skipped) : undefined
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

/** Returns the elements of a container, with their places in the text. */
export function elementsOf(container: Container): Element[] {
  return container.type === 'ArrayExpression'
    ? container.elements.map((item, index) => elementAt(String(index), item!, item!))
    : container.properties.filter(isEntry).map((property) => elementAt(keyOf(property), property, property.value))
}

function elementAt(key: string, { start, end }: Node, value: Node): Element {
  return { key, start, end, value: withoutTypes(value) }
}

function hasServices(node: Node | undefined): node is ObjectExpression {
  return (
    node?.type === 'ObjectExpression' && node.properties.some((entry) => isEntry(entry) && keyOf(entry) === 'services')
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
