import { join } from 'node:path'
import type { Node, Program } from '@oxc-project/types'
import { parseSync } from 'oxc-parser'
import { readIfFile } from '../project/find-config.js'
import { readManifest, type EditableProject } from './baseline.js'
import { git } from './git.js'

/** A place in code that uses a service. */
export interface Usage {
  /** The path from the root, with `/`. */
  readonly file: string
  /** From 1. */
  readonly line: number
  readonly text: string
}

/** A variable or a field with the name of a service. */
const namesService = /service|name$/i
const literalTypes = /^(?:Property|ObjectExpression|ArrayExpression)$/

const codeFiles = ['ts', 'tsx', 'mts', 'cts', 'js', 'jsx', 'mjs', 'cjs'].map((extension) => `*.${extension}`)

/**
 * Finds the code that uses a service: its name as a type, as a constant, as an argument of a function that may take the
 * name of a service, and as a field of ports or services, such as `PORTS.core`. Searches the JavaScript and TypeScript
 * files that git tracks, in the package of the registry and in those that depend on it. A type checker finds the lines
 * where a constant from another line is used, too.
 */
export async function findUsages(project: EditableProject, name: string): Promise<Usage[]> {
  const { root, registryFile } = project
  const list = async (...args: string[]) => (await git(root, ...args))?.split('\0').filter(Boolean) ?? []
  // A file of another encoding is read as far as it goes, and one that cannot be read has no uses.
  const read = (file: string) => readIfFile(join(root, file)) ?? ''
  const { name: registryPackage } = readManifest(project)
  const [manifests, dependents, files] = await Promise.all([
    list('ls-files', '-z', '*package.json'),
    list('grep', '-lzF', `"${registryPackage}"`, '--', '*package.json'),
    list('grep', '-lzwF', name, '--', ...codeFiles),
  ])
  const packageOf = (file: string) =>
    manifests
      .filter((manifest) => file.startsWith(manifest.slice(0, -'package.json'.length)))
      .toSorted((one, other) => other.length - one.length)[0]
  const packages = new Set(dependents.flatMap((file) => /"name"\s*:\s*"([^"]+)"/.exec(read(file))?.[1] ?? []))
  // A relative import is of the same package, which depends on the registry.
  const mayTakeName = (module: string): boolean =>
    /^[.#]/.test(module) || packages.has(/^(?:@[^/]+\/)?[^/]+/.exec(module)?.[0] ?? '')
  return files
    .filter((file) => dependents.includes(packageOf(file) ?? '') && join(root, file) !== registryFile)
    .flatMap((file) => findInFile(read(file), file, name, mayTakeName))
}

function findInFile(text: string, file: string, name: string, mayTakeName: (module: string) => boolean): Usage[] {
  const { program } = parseSync(file, text)
  const lines = text.split(/\r?\n/)
  const known = findBindings(program, mayTakeName)
  const found = new Set<number>()
  visit(program, [], (node, parents) => {
    if (isUse(node, parents, name, known)) found.add(text.slice(0, node.start).split('\n').length)
  })
  return [...found].map((line) => ({ file, line, text: lines[line - 1]!.trim() }))
}

/** Returns the names of a file that may refer to the registry: imports from code that depends on it, and functions of the file. */
function findBindings({ body }: Program, mayTakeName: (module: string) => boolean): ReadonlySet<string> {
  const names = new Set<string>()
  for (const statement of body) {
    const declaration = 'declaration' in statement ? statement.declaration : statement
    if (statement.type === 'ImportDeclaration' && mayTakeName(statement.source.value)) {
      for (const { local } of statement.specifiers) names.add(local.name)
    } else if (declaration?.type === 'FunctionDeclaration' && declaration.id) names.add(declaration.id.name)
  }
  return names
}

/** Whether a node is the name of a service, as a type, a constant, a key of a table, or in an expression that keeps its types. */
function isUse(node: Node, parents: readonly Node[], name: string, known: ReadonlySet<string>): boolean {
  const [parent, object, owner] = [parents.at(-1), parents.at(-2), parents.at(-3)]
  const isText = node.type === 'Literal' && node.value === name
  if (!isText && !(node.type === 'Identifier' && node.name === name)) return false
  switch (parent?.type) {
    case 'TSLiteralType':
      return true
    case 'MemberExpression':
      return parent.property === node && parent.computed === isText && isTable(parent.object, known)
    case 'VariableDeclarator':
      return isText && parent.init === node && parent.id.type === 'Identifier' && namesService.test(parent.id.name)
    case 'Property':
      if (!isText && (parent.key !== node || parent.computed)) return false
      if (object?.type !== 'ObjectPattern') return isTyped(node, parents, known)
      return owner?.type === 'VariableDeclarator' && owner.init != null && isTable(owner.init, known)
    default:
      return isText && isTyped(node, parents, known)
  }
}

/** Whether an expression keeps its literal types: with `as const`, `satisfies` or a type, or as an argument of a known function. */
function isTyped(node: Node, parents: readonly Node[], known: ReadonlySet<string>): boolean {
  const at = parents.findLastIndex(({ type }) => !literalTypes.test(type))
  const outer = parents[at]
  switch (outer?.type) {
    case 'TSAsExpression':
    case 'TSSatisfiesExpression':
      return true
    case 'VariableDeclarator':
      return outer.id.type === 'Identifier' && outer.id.typeAnnotation != null
    case 'CallExpression':
    case 'NewExpression':
      // A list of texts is mostly something else, such as a command line.
      return (
        !parents.slice(at).some(({ type }) => type === 'ArrayExpression') &&
        known.has(rootOf(outer.callee)) &&
        !isOther(node, parents.at(-1), parents.at(-2))
      )
    default:
      return false
  }
}

/** Whether a field of an argument is that of another registry, such as in a call of `defineRegistry`, or about something else. */
function isOther(node: Node, parent: Node | undefined, object: Node | undefined): boolean {
  if (parent?.type !== 'Property') return false
  const { key, value } = parent
  if (key === node) return hasField(value, 'port') || (value.type === 'Literal' && typeof value.value === 'number')
  return !(key.type === 'Identifier' && namesService.test(key.name)) || hasField(object, 'from')
}

function hasField(object: Node | undefined, name: string): boolean {
  if (object?.type !== 'ObjectExpression') return false
  return object.properties.some(
    (entry) => entry.type === 'Property' && entry.key.type === 'Identifier' && entry.key.name === name,
  )
}

/** Whether an expression has a field for each service: `PORTS`, `registry.services`, `resolvePorts()`. */
function isTable(node: Node, known: ReadonlySet<string>): boolean {
  if (node.type === 'CallExpression') return isTable(node.callee, known) || known.has(rootOf(node))
  const name = node.type === 'MemberExpression' ? node.property : node
  return name.type === 'Identifier' && /(?:ports|services|origins)$/i.test(name.name)
}

function rootOf(node: Node): string {
  if (node.type === 'MemberExpression') return rootOf(node.object)
  if (node.type === 'CallExpression') return rootOf(node.callee)
  return node.type === 'Identifier' ? node.name : ''
}

function visit(node: Node, parents: readonly Node[], onNode: (node: Node, parents: readonly Node[]) => void): void {
  onNode(node, parents)
  const path = [...parents, node]
  for (const value of Object.values(node) as unknown[]) {
    for (const child of Array.isArray(value) ? (value as unknown[]) : [value]) {
      if (typeof child === 'object' && child !== null && 'type' in child) visit(child as Node, path, onNode)
    }
  }
}
