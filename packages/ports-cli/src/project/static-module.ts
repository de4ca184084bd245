import type {
  Expression,
  ObjectExpression,
  Program,
  PropertyKey,
  Statement,
  VariableDeclaration,
} from '@oxc-project/types'
import { parseSync } from 'oxc-parser'

/** The exports of a module of literals. */
export interface StaticModule {
  readonly exports: Readonly<Record<string, unknown>>
  /** The argument of each call of an identity function, in their order. */
  readonly calls: readonly unknown[]
}

/** How a module is read. */
export interface StaticOptions {
  /** A function, by its imported name, whose call counts as its argument: `defineRegistry`. */
  readonly identity: string
  /** A property that is not evaluated. Its value is `true`. */
  readonly skipped?: string
}

/** Marks a name whose value is not a literal. */
const unknownValue = Symbol('unknown value')

class NotStatic extends Error {}

/**
 * Evaluates a TypeScript or JavaScript module of constants without running it: much faster than compiling it, and the
 * same text always gives the same value.
 *
 * @returns undefined for a module that has to be run, or does not parse
 */
export function readStaticModule(file: string, text: string, options: StaticOptions): StaticModule | undefined {
  const { program, errors } = parseSync(file, text)
  if (errors.length > 0) return undefined
  try {
    return evaluate(program, options)
  } catch (error) {
    if (error instanceof NotStatic) return undefined
    throw error
  }
}

function evaluate(program: Program, { identity, skipped }: StaticOptions): StaticModule {
  const scope = new Map<string, unknown>()
  const identities = new Set<string>()
  const exports: Record<string, unknown> = {}
  const calls: unknown[] = []

  for (const statement of program.body) runStatement(statement)
  for (const value of Object.values(exports)) if (value === unknownValue) throw new NotStatic()
  return { exports, calls }

  function runStatement(statement: Statement | Program['body'][number]): void {
    switch (statement.type) {
      case 'ImportDeclaration':
        for (const specifier of statement.specifiers ?? []) {
          const isIdentity =
            specifier.type === 'ImportSpecifier' &&
            specifier.imported.type === 'Identifier' &&
            specifier.imported.name === identity
          if (isIdentity) identities.add(specifier.local.name)
        }
        return
      case 'VariableDeclaration':
        declare(statement)
        return
      case 'ExportNamedDeclaration':
        if (statement.source) throw new NotStatic()
        if (statement.declaration?.type === 'VariableDeclaration') {
          for (const name of declare(statement.declaration)) {
            // A getter that `defineRegistry` returns is not a table.
            if (scope.get(name) !== unknownValue) exports[name] = scope.get(name)
          }
        } else if (statement.declaration && !isType(statement.declaration.type)) throw new NotStatic()
        for (const { local, exported, exportKind } of statement.specifiers) {
          if (exportKind === 'type' || statement.exportKind === 'type') continue
          if (local.type !== 'Identifier' || exported.type !== 'Identifier') throw new NotStatic()
          if (scope.has(local.name)) exports[exported.name] = scope.get(local.name)
        }
        return
      case 'ExportDefaultDeclaration':
        exports['default'] = read(statement.declaration as Expression)
        return
      default:
        if (!isType(statement.type)) throw new NotStatic()
    }
  }

  function declare({ kind, declarations, declare: isAmbient }: VariableDeclaration): string[] {
    if (kind !== 'const') throw new NotStatic()
    if (isAmbient) return []
    return declarations.flatMap(({ id, init }) => {
      if (!init) throw new NotStatic()
      const value = read(init)
      if (id.type === 'Identifier') {
        scope.set(id.name, value)
        return [id.name]
      }
      // The tables of `const { PORTS, getPort } = defineRegistry({ … })` are the argument of the call.
      if (id.type !== 'ObjectPattern' || !calls.includes(value)) throw new NotStatic()
      return id.properties.map((property) => {
        if (property.type !== 'Property' || property.value.type !== 'Identifier') throw new NotStatic()
        scope.set(property.value.name, unknownValue)
        return property.value.name
      })
    })
  }

  function read(node: Expression): unknown {
    switch (node.type) {
      case 'Literal':
        if ('regex' in node || 'bigint' in node) throw new NotStatic()
        return node.value
      case 'TemplateLiteral':
        if (node.expressions.length > 0) throw new NotStatic()
        return node.quasis[0]!.value.cooked
      case 'TSAsExpression':
      case 'TSSatisfiesExpression':
      case 'TSNonNullExpression':
      case 'ParenthesizedExpression':
        return read(node.expression)
      case 'UnaryExpression': {
        const value = read(node.argument)
        if (node.operator !== '-' || typeof value !== 'number') throw new NotStatic()
        return -value
      }
      case 'Identifier':
        if (node.name === 'undefined') return undefined
        if (!scope.has(node.name) || scope.get(node.name) === unknownValue) throw new NotStatic()
        return scope.get(node.name)
      case 'ArrayExpression':
        return node.elements.map((element) => {
          if (!element || element.type === 'SpreadElement') throw new NotStatic()
          return read(element)
        })
      case 'ObjectExpression':
        return readObject(node)
      case 'CallExpression': {
        const [argument, ...rest] = node.arguments
        const isIdentity = node.callee.type === 'Identifier' && identities.has(node.callee.name)
        if (!isIdentity || !argument || argument.type === 'SpreadElement' || rest.length > 0) throw new NotStatic()
        const value = read(argument)
        calls.push(value)
        return value
      }
      default:
        throw new NotStatic()
    }
  }

  function readObject({ properties }: ObjectExpression): Record<string, unknown> {
    const entries = properties.flatMap((property): [string, unknown][] => {
      if (property.type === 'SpreadElement') {
        const spread = read(property.argument)
        if (typeof spread !== 'object' || spread === null) throw new NotStatic()
        return Object.entries(spread)
      }
      if (property.kind !== 'init' || property.computed) throw new NotStatic()
      const name = readKey(property.key)
      if (name === skipped) return [[name, true]]
      if (property.method || name === '__proto__') throw new NotStatic()
      return [[name, read(property.value)]]
    })
    return Object.fromEntries(entries)
  }
}

function readKey(key: PropertyKey): string {
  if (key.type === 'Identifier') return key.name
  if (key.type === 'Literal' && typeof key.value === 'string') return key.value
  throw new NotStatic()
}

function isType(type: string): boolean {
  return type === 'TSTypeAliasDeclaration' || type === 'TSInterfaceDeclaration' || type === 'EmptyStatement'
}
