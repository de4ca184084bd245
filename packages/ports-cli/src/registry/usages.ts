import { existsSync, readFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import type { Node } from '@oxc-project/types'
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
 * Finds the code that uses a service: its name as a text, such as `getPort('core')`, as a key of an object, and as a
 * field of ports or services, such as `PORTS.core`. Searches the JavaScript and TypeScript files that git tracks, in the package of the registry and in
 * those that depend on it.
 */
export async function findUsages(project: EditableProject, name: string): Promise<Usage[]> {
  const { root, registryFile } = project
  const files = (await git(root, 'ls-files', '-z'))?.split('\0') ?? []
  const isDependent = dependencyTest(project)
  return files.flatMap((file) => {
    const path = join(root, file)
    if (!/\.[cm]?[jt]sx?$/.test(file) || path === registryFile || !isDependent(dirname(path))) return []
    const text = readIfPresent(path)
    return text?.includes(name) ? findInFile(text, file, name) : []
  })
}

/** Returns a test for directories: whether their package is that of the registry, or depends on it. */
function dependencyTest(project: EditableProject): (directory: string) => boolean {
  const { name } = readManifest(project)
  const known = new Map<string, boolean>()
  return function isDependent(directory): boolean {
    const present = known.get(directory)
    if (present !== undefined) return present
    const manifest = join(directory, 'package.json')
    const isDone = existsSync(manifest) || dirname(directory) === directory
    const result = isDone
      ? manifest === project.packageFile || (name !== undefined && hasDependency(manifest, name))
      : isDependent(dirname(directory))
    known.set(directory, result)
    return result
  }
}

function hasDependency(manifest: string, name: string): boolean {
  try {
    const content = JSON.parse(readFileSync(manifest, 'utf8')) as Record<string, Record<string, string> | undefined>
    return ['dependencies', 'devDependencies', 'peerDependencies', 'optionalDependencies'].some(
      (field) => content[field]?.[name] !== undefined,
    )
  } catch {
    return false
  }
}

function findInFile(text: string, file: string, name: string): Usage[] {
  const { program } = parseSync(file, text)
  const lines = text.split(/\r?\n/)
  const found = new Set<number>()
  const isTable = (node: Node): boolean => /(?:ports|services|origins)\b[^.]*$/i.test(text.slice(node.start, node.end))
  visit(program, (node, parent) => {
    if (isUse(node, parent, name, isTable)) found.add(text.slice(0, node.start).split('\n').length)
  })
  return [...found].map((line) => ({ file, line, text: lines[line - 1]!.trim() }))
}

function isUse(node: Node, parent: Node, name: string, isTable: (node: Node) => boolean): boolean {
  switch (node.type) {
    case 'Literal':
      return node.value === name && !parent.type.startsWith('Import') && !parent.type.startsWith('Export')
    case 'MemberExpression':
      return (
        !node.computed && node.property.type === 'Identifier' && node.property.name === name && isTable(node.object)
      )
    case 'Property':
      return parent.type === 'ObjectExpression' && node.key.type === 'Identifier' && node.key.name === name
    case 'VariableDeclarator':
      return (
        node.id.type === 'ObjectPattern' &&
        node.init != null &&
        isTable(node.init) &&
        node.id.properties.some(
          (property) =>
            property.type === 'Property' && property.key.type === 'Identifier' && property.key.name === name,
        )
      )
    default:
      return false
  }
}

function visit(node: Node, onNode: (node: Node, parent: Node) => void, parent: Node = node): void {
  onNode(node, parent)
  for (const value of Object.values(node) as unknown[]) {
    for (const child of Array.isArray(value) ? (value as unknown[]) : [value]) {
      if (typeof child === 'object' && child !== null && 'type' in child) visit(child as Node, onNode, node)
    }
  }
}
