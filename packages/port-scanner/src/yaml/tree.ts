import { isAlias, isMap, isScalar, isSeq, parseAllDocuments, visit, type Node } from 'yaml'
import type { Spelled } from '../assignment.js'
import { filler, maskTemplates } from './template.js'

/** A parsed YAML file. */
export interface YamlFile {
  /** The content of each document that is not empty. */
  readonly documents: readonly Node[]
  /** Message of the first error; the documents hold what could be parsed all the same. */
  readonly error: string | undefined
}

/** How many nodes may be read through aliases in one file, so that nested aliases cannot multiply without bound. */
const maxAliased = 200_000

/** Nodes that may still be read through aliases in the present file. */
let aliasBudget = maxAliased

const targets = new WeakMap<object, Node>()
const entries = new WeakMap<object, readonly Entry[]>()

/** Parses a file of YAML or a template of one. Does not throw on invalid input. */
export function parseYaml(text: string): YamlFile {
  aliasBudget = maxAliased
  try {
    const options = { logLevel: 'silent', merge: false, strict: false, uniqueKeys: false } as const
    const parsed = parseAllDocuments(maskTemplates(text), options)
    const documents = Array.isArray(parsed) ? parsed : []
    if (/&\w/.test(text)) for (const { contents } of documents) linkAliases(contents)
    const error = documents.flatMap(({ errors }) => errors)[0]?.message.split('\n')[0]
    return { documents: documents.flatMap(({ contents }) => (contents ? [contents] : [])), error }
  } catch (error) {
    // Nested deeper than the stack.
    return { documents: [], error: (error as Error).message }
  }
}

/** Connects each alias with the last node before it that has its anchor. */
function linkAliases(root: unknown): void {
  const anchors = new Map<string, Node>()
  visit(root as Node, {
    Node: (_, node) => {
      if (isAlias(node)) {
        const target = anchors.get(node.source)
        if (target) targets.set(node, target)
      } else if (node.anchor) anchors.set(node.anchor, node)
    },
  })
}

/** Returns the node that an alias repeats, and any other node itself. */
function resolve(node: unknown): unknown {
  if (!isAlias(node)) return node
  const target = targets.get(node)
  aliasBudget -= isMap(target) || isSeq(target) ? target.items.length + 1 : 1
  return aliasBudget < 0 ? undefined : target
}

/** One entry of a map. */
export interface Entry {
  readonly key: string
  readonly node: Node
}

/** Returns the entries of a map with a value, and those that it merges with `<<`; none for another node. */
export function entriesOf(node: unknown): readonly Entry[] {
  const map = resolve(node)
  if (!isMap(map)) return []
  const known = entries.get(map)
  if (known) return known
  entries.set(map, [])
  const own = ownEntriesOf(map)
  const merged = own.filter(({ key }) => key === '<<')
  const found = merged.length === 0 ? own : own.filter(({ key }) => key !== '<<')
  const keys = new Set(found.map(({ key }) => key))
  for (const { node: source } of merged) {
    for (const part of isSeq(source) ? itemsOf(source) : [source]) {
      const added = entriesOf(part).filter(({ key }) => !keys.has(key))
      for (const entry of added) keys.add(entry.key)
      found.push(...added)
    }
  }
  entries.set(map, found)
  return found
}

/** Returns the entries that are written in a map itself. */
export function ownEntriesOf(node: unknown): Entry[] {
  if (!isMap(node)) return []
  return node.items.flatMap(({ key, value }) =>
    isScalar(key) && value ? [{ key: key.source ?? String(key.value), node: value as Node }] : [],
  )
}

/** Returns the items of a list; none for another node. */
export function itemsOf(node: unknown): Node[] {
  const list = resolve(node)
  return isSeq(list) ? (list.items.filter(Boolean) as Node[]) : []
}

/** Returns the items of a list, or a single value as a list of one. */
export function listOf(node: Node | undefined): Node[] {
  if (node === undefined) return []
  return isSeq(resolve(node)) ? itemsOf(node) : [node]
}

/** Returns the node at a path of keys. */
export function get(node: unknown, ...keys: readonly string[]): Node | undefined {
  let at = node as Node | undefined
  for (const key of keys) at = entriesOf(at).find((entry) => entry.key === key)?.node
  return at
}

/** Returns a scalar's value as text; undefined for another node and for a template's expression. */
export function textOf(node: unknown): string | undefined {
  const scalar = resolve(node)
  if (!isScalar(scalar) || scalar.value === null) return undefined
  const { source = '' } = scalar
  const text = source
  return text.includes(filler) ? undefined : text
}

/** Returns the values of a list of keys that a map has, as text. */
export function textsOf(node: unknown, ...paths: readonly (readonly string[])[]): string[] {
  return paths.flatMap((path) => textOf(get(node, ...path)) ?? [])
}

/** Returns a scalar as it is written, without quotes, and its position; undefined for another node. */
export function spell(node: unknown, text: string): Spelled | undefined {
  const scalar = resolve(node)
  return isScalar(scalar) ? spellAny(scalar, text) : undefined
}

/** Returns a node of any kind as it is written: a scalar without quotes, a block's lines without their header. */
export function spellAny(node: unknown, text: string): Spelled | undefined {
  const found = resolve(node) as Node | undefined
  if (!found?.range) return undefined
  const [start, end] = found.range
  const raw = text.slice(start, end)
  if (isScalar(found) && /^["']/.test(raw)) return { text: raw.slice(1, -1), start: start + 1 }
  const header = isScalar(found) ? (/^[|>][^\n]*\n/.exec(raw)?.[0].length ?? 0) : 0
  return { text: raw.slice(header), start: start + header }
}
