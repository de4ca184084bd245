import { parseTOML, type AST } from 'toml-eslint-parser'
import { findAddresses } from '../address.js'
import { readComments } from '../comments.js'
import type { Reader } from '../dialect.js'
import { readSettings } from '../json/settings.js'
import { at, scalarsOf, textAt, type Item } from '../json/tree.js'
import { extend, merge, type Evidence, type Match } from '../match.js'
import { readScript } from '../shell/read-shell.js'

type Draft = Omit<Item, 'children'> & { readonly children: Draft[] }

/** Reads TOML. Text that the parser refuses is searched for addresses only. */
export const readToml: Reader = (text, path, refuse) => {
  if (/(?:^|\/)(?:cargo|poetry)\.toml$/i.test(path)) return []
  try {
    const program = parseTOML(text)
    const comments = readComments(
      text,
      program.comments.map(({ range }) => range),
    )
    return merge(readFormat(treeOf(program, text), path), comments)
  } catch (error) {
    refuse(`invalid TOML: ${(error as Error).message}`)
    return findAddresses(text)
  }
}

function readFormat(root: Item, path: string): Match[] {
  const scripts = ['scripts', 'tasks', 'tool'].flatMap((key) => readScripts(at(root, key)))
  if (/(?:^|\/)fly[\w.-]*\.toml$/.test(path)) return readFly(root)
  if (/(?:^|\/)supabase\/config\.toml$/.test(path)) {
    return readSettings(root, { ownerOf: ({ parent }) => [{ kind: 'block', text: `supabase-${parent?.key}` }] })
  }
  if (/(?:^|\/)netlify\.toml$/.test(path)) {
    // `port` is that of Netlify's own proxy, `targetPort` that of the server behind it.
    return readSettings(root, {
      ownerOf: ({ key }) => (key === 'targetPort' ? [] : [{ kind: 'block', text: 'netlify' }]),
    })
  }
  if (/(?:^|\/)wrangler[\w.-]*\.toml$/.test(path)) {
    const name = textAt(root, 'name')
    const evidence: Evidence[] = name === undefined ? [] : [{ kind: 'block', text: name }]
    const isDevPort = ({ start }: Match) => start === at(root, 'dev', 'port')?.scalar?.start
    const found = readSettings(root, { ownerOf: ({ parent }) => (parent?.key === 'dev' ? evidence : undefined) })
    return found.flatMap((match) => (isDevPort(match) ? extend([match], { role: 'listen' }) : match))
  }
  if (/(?:^|\/)trunk\.toml$/i.test(path)) {
    const start = at(root, 'serve', 'port')?.scalar?.start
    return readSettings(root).flatMap((match) => (match.start === start ? extend([match], { role: 'listen' }) : match))
  }
  return merge(scripts, readSettings(root))
}

/** Tasks of mise, poe, pdm and others: a string is a command. */
function readScripts(item: Item | undefined): Match[] {
  return (item ? scalarsOf(item) : []).flatMap((each) => {
    const isTask = [each.key, each.parent?.key ?? '', each.parent?.parent?.key ?? ''].some((key) =>
      /^(?:scripts|tasks|run|cmd)$/.test(key),
    )
    return isTask ? readScript(each.scalar) : []
  })
}

/** `internal_port` is the port inside the machine of Fly. */
function readFly(root: Item): Match[] {
  const app = textAt(root, 'app')
  const evidence: Evidence[] = app === undefined ? [] : [{ kind: 'block', text: app }]
  return readSettings(root, { ownerOf: () => [] }).flatMap((match): Match[] => {
    const names = new Set(match.evidence.map(({ text }) => text))
    if (names.has('internal_port')) return [{ ...match, role: 'inner', side: 'container', evidence }]
    if (names.has('port') || names.has('ports')) return [{ ...match, isElsewhere: true }]
    return extend([{ ...match, side: 'container' }], { evidence })
  })
}

/** Builds the tree of tables and keys. */
function treeOf(program: AST.TOMLProgram, text: string): Item {
  const root = draft('', undefined)
  for (const part of program.body[0].body) {
    if (part.type === 'TOMLKeyValue') addPair(root, part, text)
    else {
      const table = part.resolvedKey.reduce(
        (item: Draft, key) => childFor(item, String(key), typeof key === 'number'),
        root,
      )
      for (const pair of part.body) addPair(table, pair, text)
    }
  }
  return root
}

function addPair(table: Draft, { key, value }: AST.TOMLKeyValue, text: string): void {
  const keys = key.keys.map((each) => (each.type === 'TOMLBare' ? each.name : each.value))
  const holder = keys.slice(0, -1).reduce((item, each) => childFor(item, each, false), table)
  addValue(holder, keys.at(-1)!, value, text)
}

function addValue(parent: Draft, key: string, value: AST.TOMLContentNode, text: string): void {
  const [start, end] = value.range
  if (value.type === 'TOMLValue') {
    const quote = value.kind === 'string' ? (value.multiline ? 3 : 1) : 0
    parent.children.push({
      ...draft(key, parent),
      scalar: { text: text.slice(start + quote, end - quote), start: start + quote },
    })
    return
  }
  const item = { ...draft(key, parent), isList: value.type === 'TOMLArray' }
  parent.children.push(item)
  if (value.type === 'TOMLArray') for (const each of value.elements) addValue(item, key, each, text)
  else for (const pair of value.body) addPair(item, pair, text)
}

/** The table for a key; a number is an element of a list of tables. */
function childFor(item: Draft, key: string, isElement: boolean): Draft {
  const name = isElement ? item.key : key
  const found = isElement ? item.children[Number(key)] : item.children.find((child) => child.key === key)
  if (found) return found
  const child = draft(name, item)
  item.children.push(child)
  return child
}

function draft(key: string, parent: Draft | undefined): Draft {
  return { key, parent, children: [], isList: false, keyStart: 0 }
}
