import { isAlias, isMap, isScalar, isSeq, LineCounter, parseAllDocuments, type Node } from 'yaml'
import type { Spelled } from '../assignment.js'

/** A parsed YAML file. */
export interface YamlFile {
  readonly text: string
  /** The content of each document that is not empty. */
  readonly documents: readonly Node[]
  /** Message of the first error; the documents hold what could be parsed all the same. */
  readonly error: string | undefined
}

/** Parses a file of YAML. Does not throw on invalid input. */
export function parseYaml(text: string): YamlFile {
  const parsed = parseAllDocuments(text, {
    lineCounter: new LineCounter(),
    logLevel: 'silent',
    merge: true,
    strict: false,
    uniqueKeys: false,
  })
  const documents = Array.isArray(parsed) ? parsed : []
  const error = documents.flatMap(({ errors }) => errors)[0]?.message.split('\n')[0]
  return { text, documents: documents.flatMap(({ contents }) => (contents ? [contents as Node] : [])), error }
}

/** One entry of a map. */
export interface Entry {
  readonly key: string
  readonly node: Node
}

/** Returns the entries of a map with a value; none for another node. */
export function entriesOf(node: unknown): Entry[] {
  if (!isMap(node)) return []
  return node.items.flatMap(({ key, value }) =>
    isScalar(key) && value ? [{ key: String(key.value), node: value as Node }] : [],
  )
}

/** Returns the items of a list; none for another node. */
export function itemsOf(node: unknown): Node[] {
  return isSeq(node) ? (node.items.filter(Boolean) as Node[]) : []
}

/** Returns the node at a path of keys. */
export function get(node: unknown, ...keys: readonly string[]): Node | undefined {
  let at = node as Node | undefined
  for (const key of keys) at = entriesOf(at).find((entry) => entry.key === key)?.node
  return at
}

/** Returns a scalar's value as text. */
export function textOf(node: unknown): string | undefined {
  return isScalar(node) && node.value !== null ? String(node.value) : undefined
}

/** Returns a scalar as it is written, without quotes, and its position; undefined for another node. */
export function spell(node: unknown, text: string): Spelled | undefined {
  if (!isScalar(node) || isAlias(node) || !node.range) return undefined
  const [start, end] = node.range
  const raw = text.slice(start, end)
  return /^(["'])/.test(raw) ? { text: raw.slice(1, -1), start: start + 1 } : { text: raw, start }
}
