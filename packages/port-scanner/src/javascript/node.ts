import type { Node } from '@oxc-project/types'

export type { Node }

/** Where a node or a comment is: `start` and `end` of oxc, `range` of ESLint. */
export interface Located {
  readonly start?: number
  readonly end?: number
  readonly range?: readonly [number, number]
}

/** A comment of oxc or of ESLint. */
export interface Comment extends Located {
  readonly value: string
}

/** Where it begins in the text. */
export function startOf(node: Located): number {
  return node.range ? node.range[0] : node.start!
}

/** Where it ends in the text. */
export function endOf(node: Located): number {
  return node.range ? node.range[1] : node.end!
}

/** Properties that hold no children: ESLint's links upward, and its lists of what is elsewhere in the tree. */
const notChildren = new Set(['parent', 'loc', 'range', 'tokens', 'comments', 'regex'])

/** The child of a node in which a place of the text is. */
export function childAt(node: Node, offset: number): Node | undefined {
  // No list of entries is made: this is done for each number, on each level.
  for (const key in node) {
    const value: unknown = node[key as keyof Node]
    if (typeof value !== 'object' || value === null || notChildren.has(key)) continue
    const child = Array.isArray(value) ? lastUpTo(value, offset) : value
    if (isNode(child) && startOf(child) <= offset && offset < endOf(child)) return child
  }
  return undefined
}

/** The last of some nodes, in the order of the text, that begins at or before a place. */
export function lastUpTo<T extends Located>(nodes: readonly (T | null)[], offset: number): T | undefined {
  let low = 0
  let high = nodes.length
  while (low < high) {
    const middle = (low + high) >> 1
    const node = nodes[middle]
    if (!node) return lastUpTo(withoutHoles(nodes), offset)
    if (startOf(node) <= offset) low = middle + 1
    else high = middle
  }
  return nodes[low - 1] ?? undefined
}

const dense = new WeakMap<readonly unknown[], unknown[]>()

/** The elements of `[, 3000]` that are there; remembered, for an array may be long and asked of often. */
function withoutHoles<T>(nodes: readonly (T | null)[]): T[] {
  const known = dense.get(nodes) as T[] | undefined
  const found = known ?? nodes.filter((node) => node !== null && node !== undefined)
  if (!known) dense.set(nodes, found)
  return found
}

function isNode(value: unknown): value is Node {
  return typeof value === 'object' && value !== null && 'type' in value && typeof value.type === 'string'
}
