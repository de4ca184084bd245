import { Node, type Expression } from 'ts-morph'
import { UsageError } from '../command.js'

/** A value as source code spells it out. */
export type Literal = string | number | boolean | null | readonly Literal[] | { readonly [key: string]: Literal }

/**
 * The value of an expression that is written out: strings, numbers, arrays and objects, under any
 * `as const` or `satisfies`. Nothing is run.
 *
 * @throws {UsageError} for an expression that only running would tell
 */
export function readLiteral(expression: Node): Literal {
  const value = withoutType(expression)
  if (Node.isStringLiteral(value) || Node.isNoSubstitutionTemplateLiteral(value)) return value.getLiteralText()
  if (Node.isNumericLiteral(value)) return value.getLiteralValue()
  if (Node.isTrueLiteral(value) || Node.isFalseLiteral(value)) return value.getLiteralValue()
  if (Node.isNullLiteral(value)) return null
  if (Node.isArrayLiteralExpression(value)) return value.getElements().map(readLiteral)
  if (Node.isObjectLiteralExpression(value)) {
    return Object.fromEntries(
      value.getProperties().map((property) => {
        if (Node.isPropertyAssignment(property))
          return [nameOf(property), readLiteral(property.getInitializerOrThrow())]
        throw unreadable(property)
      }),
    )
  }
  throw unreadable(value)
}

/** An expression without the types that are said of it. */
export function withoutType(expression: Node): Node {
  return Node.isAsExpression(expression) || Node.isSatisfiesExpression(expression)
    ? withoutType(expression.getExpression() satisfies Expression)
    : expression
}

/** The name of a property, without the quotes that it may have. */
export function nameOf(property: { getNameNode(): Node; getName(): string }): string {
  const name = property.getNameNode()
  return Node.isStringLiteral(name) ? name.getLiteralText() : property.getName()
}

function unreadable(node: Node): UsageError {
  const line = node.getStartLineNumber()
  return new UsageError(`Line ${line} of the registry has to be written out, and is ${node.getText().slice(0, 60)}`)
}
