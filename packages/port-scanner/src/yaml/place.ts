import { isMap, isScalar, isSeq, type Node, type YAMLMap } from 'yaml'
import type { Clue } from '../sighting.js'
import { templateMark } from './syntax.js'

/** The key of an item of a sequence, where those of maps have their own text. */
export const item = '-'

/** A node of a document, where it stands. */
export interface Place {
  readonly node: Node
  /** The key that it is the value of, or `item`; empty for the document itself. */
  readonly key: string
  readonly parent?: Place
  /** The whole text that its positions refer to. */
  readonly text: string
}

/** What a scalar spells: its source between the quotes or below the block's header, escapes and all. */
export interface Spelling {
  readonly raw: string
  readonly start: number
}

/** The keys that lead from the document to a place. */
export function keysOf(place: Place): string[] {
  const keys: string[] = []
  for (let at: Place | undefined = place; at?.parent; at = at.parent) keys.push(at.key)
  return keys.toReversed()
}

/** The key that names a place: its own, or for a sequence's item that of the sequence. */
export function nearestKey(place: Place): string {
  let at = place
  while (at.key === item && at.parent) at = at.parent
  return at.key
}

/** Where a scalar's text stands. */
export function spell(node: Node, text: string): Spelling | undefined {
  if (!isScalar(node) || !node.range) return undefined
  let [start, end] = node.range
  const { type } = node
  if (type === 'QUOTE_DOUBLE' || type === 'QUOTE_SINGLE') {
    if (text[end - 1] === text[start] && end - start > 1) end--
    start++
  } else if (type === 'BLOCK_LITERAL' || type === 'BLOCK_FOLDED') {
    const header = text.indexOf('\n', start)
    start = header < 0 || header >= end ? end : header + 1
  }
  return { raw: text.slice(start, end), start }
}

/** The key of a pair as it is written. */
export function keyText(key: unknown): string {
  return isScalar(key) ? String(key.value) : ''
}

const entries = new WeakMap<YAMLMap, Map<string, Node>>()

/** A map's value by its key. */
export function valueOf(node: Node | undefined, key: string): Node | undefined {
  if (!isMap(node)) return undefined
  let byKey = entries.get(node)
  if (!byKey) {
    byKey = new Map(node.items.map((pair) => [keyText(pair.key), pair.value as Node]))
    entries.set(node, byKey)
  }
  return byKey.get(key)
}

/** A scalar's text by the keys that lead to it; undefined for what is none, or empty. */
export function textAt(node: Node | undefined, ...keys: string[]): string | undefined {
  const value = keys.reduce(valueOf, node)
  if (!isScalar(value) || typeof value.value !== 'string') return undefined
  const text = value.value.includes(templateMark)
    ? value.value.replaceAll(templateMark, '').replaceAll(/^[\W_]{1,9}|[\W_]{1,9}$/g, '')
    : value.value
  return text === '' ? undefined : text
}

/** What a map's entries say it is called, by the first of the keys that says so. */
export function clueAt(kind: Clue['kind'], node: Node | undefined, ...keys: string[]): Clue[] {
  const text = textAt(node, ...keys)
  return text === undefined ? [] : [{ kind, text }]
}

/** The scalars of a sequence, or the one that a node is. */
export function scalarsIn(node: Node, text: string): Spelling[] {
  const nodes = isSeq(node) ? (node.items as Node[]) : [node]
  return nodes.flatMap((each) => spell(each, text) ?? [])
}
