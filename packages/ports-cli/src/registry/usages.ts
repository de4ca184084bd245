import { readFileSync } from 'node:fs'
import { basename, dirname, join } from 'node:path'
import type { Node, Program } from '@oxc-project/types'
import { parseSync } from 'oxc-parser'
import { readManifest, type EditableProject } from './baseline.js'
import { git } from './git.js'
import { readIfPresent } from './write.js'

/** A place in code that uses a service. */
export interface Usage {
  /** The path from the root, with `/`. */
  readonly file: string
  /** From 1. */
  readonly line: number
  /** The line of code, without its indentation. */
  readonly text: string
}

/**
 * Finds the code that uses a service: its name as a type, as a constant, as an argument of a function that may take the
 * name of a service, and as a field of ports or services, such as `PORTS.core`. Searches the JavaScript and TypeScript
 * files that git tracks, in the package of the registry and in those that depend on it. A type checker finds the lines
 * where a constant from another line is used, too.
 */
export async function findUsages(project: EditableProject, name: string): Promise<Usage[]> {
  const { root, registryFile } = project
  const files = (await git(root, 'ls-files', '-z'))?.split('\0') ?? []
  const packages = readPackages(project, files)
  const dependents = new Set([...packages.values()].flatMap((one) => (one.isDependent ? [one.name] : [])))
  // A relative import is of the same package, which depends on the registry.
  const isDependent = (module: string): boolean =>
    /^[.#]/.test(module) || dependents.has(/^(?:@[^/]+\/)?[^/]+/.exec(module)?.[0])
  return files.flatMap((file) => {
    const path = join(root, file)
    if (!/\.[cm]?[jt]sx?$/.test(file) || path === registryFile || !findPackage(path, packages)?.isDependent) return []
    const text = readIfPresent(path)
    return text?.includes(name) ? findInFile(text, file, name, isDependent) : []
  })
}

/** A package of the repository. */
interface Package {
  readonly name: string | undefined
  /** Whether it publishes the registry or depends on the package that does. */
  readonly isDependent: boolean
}

/** Returns the packages of the repository by their directories. */
function readPackages(project: EditableProject, files: readonly string[]): ReadonlyMap<string, Package> {
  const { name: registry } = readManifest(project)
  const manifests = files.filter((file) => basename(file) === 'package.json').map((file) => join(project.root, file))
  const packages = new Map(manifests.map((path) => [dirname(path), readPackage(path, registry)]))
  if (project.packageFile !== undefined)
    packages.set(dirname(project.packageFile), { name: registry, isDependent: true })
  return packages
}

function readPackage(path: string, registry: string | undefined): Package {
  try {
    const content = JSON.parse(readFileSync(path, 'utf8')) as Readonly<Record<string, unknown>>
    const fields = ['dependencies', 'devDependencies', 'peerDependencies', 'optionalDependencies']
    const dependencies = fields.flatMap((field) => Object.keys(content[field] ?? {}))
    return { name: String(content['name']), isDependent: registry !== undefined && dependencies.includes(registry) }
  } catch {
    return { name: undefined, isDependent: false }
  }
}

function findPackage(path: string, packages: ReadonlyMap<string, Package>): Package | undefined {
  const directory = dirname(path)
  return packages.get(directory) ?? (directory === path ? undefined : findPackage(directory, packages))
}

function findInFile(text: string, file: string, name: string, isDependent: (module: string) => boolean): Usage[] {
  const { program } = parseSync(file, text)
  const lines = text.split(/\r?\n/)
  const known = findBindings(program, isDependent)
  const found = new Set<number>()
  visit(program, [], (node, parents) => {
    if (isUse(node, parents, name, known)) found.add(text.slice(0, node.start).split('\n').length)
  })
  return [...found].map((line) => ({ file, line, text: lines[line - 1]!.trim() }))
}

/** Returns the names of a file that may refer to the registry: imports from code that depends on it, and functions of the file. */
function findBindings({ body }: Program, isDependent: (module: string) => boolean): ReadonlySet<string> {
  const names = new Set<string>()
  for (const statement of body) {
    const declaration = 'declaration' in statement ? statement.declaration : statement
    if (statement.type === 'ImportDeclaration' && isDependent(statement.source.value)) {
      for (const { local } of statement.specifiers) names.add(local.name)
    } else if (declaration?.type === 'FunctionDeclaration' && declaration.id) names.add(declaration.id.name)
  }
  return names
}

function isUse(node: Node, parents: readonly Node[], name: string, known: ReadonlySet<string>): boolean {
  const parent = parents.at(-1)
  switch (node.type) {
    case 'Literal':
      return node.value === name && parent !== undefined && isTypedText(node, parents, known)
    case 'MemberExpression':
      return !node.computed && isNamed(node.property, name) && isTable(node.object, known)
    case 'Property':
      return (
        parent?.type === 'ObjectExpression' &&
        isNamed(node.key, name) &&
        !isDefinition(node.value) &&
        isTyped(parents, known)
      )
    case 'VariableDeclarator':
      return (
        node.id.type === 'ObjectPattern' &&
        node.init != null &&
        isTable(node.init, known) &&
        node.id.properties.some((property) => property.type === 'Property' && isNamed(property.key, name))
      )
    default:
      return false
  }
}

/** Whether a text is checked as the name of a service: a type, a constant, a key of a table, or what `isTyped` accepts. */
function isTypedText(node: Node, parents: readonly Node[], known: ReadonlySet<string>): boolean {
  const parent = parents.at(-1)!
  if (parent.type === 'MemberExpression') return isTable(parent.object, known)
  if (parent.type === 'VariableDeclarator') return parent.init === node
  return parent.type === 'TSLiteralType' || isTyped(parents, known)
}

/** Whether an expression keeps its literal types: with `as const`, `satisfies` or a type, or as an argument of a known function. */
function isTyped(parents: readonly Node[], known: ReadonlySet<string>): boolean {
  const outer = parents.findLast(({ type }) => !/^(?:Property|ObjectExpression|ArrayExpression)$/.test(type))
  switch (outer?.type) {
    case 'TSAsExpression':
    case 'TSSatisfiesExpression':
      return true
    case 'VariableDeclarator':
      return outer.id.type === 'Identifier' && outer.id.typeAnnotation != null
    case 'CallExpression':
    case 'NewExpression':
      // A list of texts is mostly something else, such as a command line.
      return !parents.slice(parents.indexOf(outer)).some(isList) && known.has(rootOf(outer.callee))
    default:
      return false
  }
}

/** Whether a value is a service of another registry, such as in a call of `defineRegistry`. */
function isDefinition(value: Node): boolean {
  return (
    value.type === 'ObjectExpression' &&
    value.properties.some((property) => property.type === 'Property' && isNamed(property.key, 'port'))
  )
}

function isList({ type }: Node): boolean {
  return type === 'ArrayExpression'
}

/** Whether an expression has a field for each service: `PORTS`, `registry.services`, `resolvePorts()`. */
function isTable(node: Node, known: ReadonlySet<string>): boolean {
  if (node.type === 'CallExpression') return isTable(node.callee, known) || known.has(rootOf(node))
  const name = node.type === 'MemberExpression' ? node.property : node
  return name.type === 'Identifier' && /(?:ports|services|origins)$/i.test(name.name)
}

/** Returns the name with which an expression starts. */
function rootOf(node: Node): string {
  switch (node.type) {
    case 'Identifier':
      return node.name
    case 'MemberExpression':
      return rootOf(node.object)
    case 'CallExpression':
      return rootOf(node.callee)
    default:
      return ''
  }
}

function isNamed(node: Node, name: string): boolean {
  return node.type === 'Identifier' && node.name === name
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
