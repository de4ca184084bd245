import { parseTree, type Node, type ParseError } from 'jsonc-parser'
import { findAddresses } from '../address.js'
import { findComments, readComments } from '../comments.js'
import type { Reader } from '../dialect.js'
import { merge, type Match } from '../match.js'
import { readJsonFormat } from './formats.js'
import { at, type Item } from './tree.js'

/** Files of tools that contain no ports, and texts for people. */
const withoutPorts =
  /(?:^|\/)(?:[tj]sconfig[\w.-]*|\.?eslintrc|biome|renovate|components|tslint|\.prettierrc|cspell|bower|lerna)\.jsonc?$|(?:^|\/)(?:i18n|locales?|translations?|lang|languages|messages)\//i

const comments = { line: ['//'], block: [['/*', '*/']] } as const

/** Reads JSON with or without comments. A syntax error does not end it. */
export const readJson: Reader = (text, path, refuse) => {
  if (withoutPorts.test(path) || !/port|:\/\/|local|-p\b|\w:\d{4,5}"/i.test(text)) return []
  const errors: ParseError[] = []
  let root: Node | undefined
  try {
    // A byte order mark is no error.
    root = parseTree(text.replace(/^\uFEFF/, ' '), errors, { allowTrailingComma: true })
  } catch (error) {
    refuse(`invalid JSON: ${(error as Error).message}`)
  }
  if (root === undefined) return findAddresses(text)
  const tree = itemOf(root, '', undefined, text)
  if (isManifest(tree, path)) return import('../yaml/read-yaml.js').then(({ readYaml }) => readYaml(text, path, refuse))
  const found = readJsonFormat(tree, path)
  const rest: Match[] = errors.length > 0 ? findAddresses(text) : []
  return merge(found, readComments(text, findComments(text, comments)), rest)
}

/** Compose files and objects of Kubernetes may be written in JSON. */
function isManifest(root: Item, path: string): boolean {
  const isCompose = /(?:^|\/)(?:docker-)?compose[^/]*\.json$/i.test(path) && at(root, 'services') !== undefined
  return isCompose || (at(root, 'apiVersion') !== undefined && at(root, 'kind') !== undefined)
}

function itemOf(root: Node, key: string, parent: Item | undefined, text: string): Item {
  const children: Item[] = []
  const isText = root.type === 'string'
  const start = root.offset + (isText ? 1 : 0)
  const isScalar = isText || root.type === 'number'
  const item: Item = {
    key,
    parent,
    children,
    isList: root.type === 'array',
    keyStart: (root.parent?.children?.[0]?.offset ?? 0) + 1,
    ...(isScalar && { scalar: { text: text.slice(start, root.offset + root.length - (isText ? 1 : 0)), start } }),
  }
  for (const child of root.children ?? []) {
    if (root.type === 'array') children.push(itemOf(child, key, item, text))
    else if (child.children?.[1]) children.push(itemOf(child.children[1], String(child.children[0]!.value), item, text))
  }
  return item
}
