import type { Spelled } from '../assignment.js'

/** A value in a tree of settings, of JSON or TOML. */
export interface Item {
  /** Its key; that of its list for an element. */
  readonly key: string
  readonly parent: Item | undefined
  /** Text of a string, without quotes, or of a number; undefined for objects and lists. */
  readonly scalar?: Spelled
  readonly children: readonly Item[]
  readonly isList: boolean
  /** Where the key is, without quotes. */
  readonly keyStart: number
}

/** Returns the value below some keys, or undefined. */
export function at(item: Item | undefined, ...keys: readonly string[]): Item | undefined {
  let found = item
  for (const key of keys) found = found?.isList ? undefined : found?.children.find((child) => child.key === key)
  return found
}

/** Returns the text below some keys, or undefined. */
export function textAt(item: Item | undefined, ...keys: readonly string[]): string | undefined {
  return at(item, ...keys)?.scalar?.text
}

/** Returns every scalar below an item. */
export function scalarsOf(item: Item): (Item & { readonly scalar: Spelled })[] {
  const found: (Item & { readonly scalar: Spelled })[] = []
  const pending = [item]
  for (let next = pending.pop(); next; next = pending.pop()) {
    if (next.scalar) found.push(next as Item & { readonly scalar: Spelled })
    pending.push(...next.children)
  }
  return found.toReversed()
}

/** Returns the keys around an item, the innermost first, without those of lists' elements. */
export function keysAround({ parent }: Item): string[] {
  const keys: string[] = []
  for (let each = parent; each; each = each.parent) if (!each.parent?.isList && each.key !== '') keys.push(each.key)
  return keys
}
