import { nameOf } from './names.js'
import type { Node } from './node.js'

const known = new WeakMap<Node, ReadonlyMap<string, readonly string[]>>()

/** What the parameters of a function at the top of a program are called; undefined for no such function. */
export function parametersOf(program: Node, name: string): readonly string[] | undefined {
  const functions = known.get(program) ?? readFunctions(program)
  known.set(program, functions)
  return functions.get(name)
}

function readFunctions(program: Node): Map<string, string[]> {
  const functions = new Map<string, string[]>()
  for (const statement of program.type === 'Program' ? program.body : []) {
    const declaration =
      statement.type === 'ExportNamedDeclaration' || statement.type === 'ExportDefaultDeclaration'
        ? statement.declaration
        : statement
    if (declaration?.type === 'FunctionDeclaration' && declaration.id) {
      functions.set(declaration.id.name, namesOf(declaration.params))
    } else if (declaration?.type === 'VariableDeclaration') {
      for (const { id, init } of declaration.declarations) {
        const isFunction = init?.type === 'ArrowFunctionExpression' || init?.type === 'FunctionExpression'
        if (isFunction && id.type === 'Identifier') functions.set(id.name, namesOf(init.params))
      }
    } else if (declaration?.type === 'ClassDeclaration' && declaration.id) {
      const constructor = declaration.body.body.find(
        (member) => member.type === 'MethodDefinition' && member.kind === 'constructor',
      )
      if (constructor?.type === 'MethodDefinition')
        functions.set(declaration.id.name, namesOf(constructor.value.params))
    }
  }
  return functions
}

function namesOf(parameters: readonly Node[]): string[] {
  return parameters.map(
    (parameter) => nameOf(parameter.type === 'TSParameterProperty' ? parameter.parameter : parameter) ?? '',
  )
}
