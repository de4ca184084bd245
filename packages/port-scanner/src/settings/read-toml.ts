import { parseTOML, type AST } from 'toml-eslint-parser'
import { withComments } from '../text/comment.js'
import { nameNeighbours, place, readValue, readWords, settle, wordListKeys, type Pending, type Place } from './keyed.js'
import { merge } from '../sight.js'
import { shift, type Reader, type Sighting } from '../sighting.js'
import { readText } from '../text/text.js'

/** The ports in TOML by the keys above them; in what is no TOML, line by line. */
export const readToml: Reader = (text, path) => {
  const mark = text.startsWith('\uFEFF') ? 1 : 0
  const body = text.slice(mark)
  try {
    return shift(readProgram(parseTOML(body), body, path), mark)
  } catch {
    return merge(readText(text, { style: 'code' }))
  }
}

function readProgram(program: AST.TOMLProgram, text: string, path: string): Sighting[] {
  const walk = new Walk(text, path)
  const root = place(undefined, '', false)
  for (const node of program.body[0].body) {
    if (node.type === 'TOMLKeyValue') walk.readPair(node, root)
    else {
      const table = walk.placeOf(root, node.resolvedKey)
      for (const pair of node.body) walk.readPair(pair, table)
    }
  }
  const comments = program.comments.map(({ range: [start, end] }) => ({ start, end }))
  const found = merge(settle(walk.pending))
  const said = comments.map(({ start, end }) => shift(readText(text.slice(start, end), { style: 'prose' }), start))
  return merge(withComments(text, found, comments), said.flat())
}

class Walk {
  readonly pending: Pending[] = []
  /** The tables of a table, so that all parts of one say the same of it. */
  readonly #tables = new Map<Place, Map<string | number, Place>>()
  readonly #text: string
  readonly #path: string

  constructor(text: string, path: string) {
    this.#text = text
    this.#path = path
  }

  /** The table at a path; a number counts the elements of an array of tables. */
  placeOf(from: Place, keys: readonly (string | number)[]): Place {
    let where = from
    for (const [index, key] of keys.entries()) {
      const tables = this.#tables.get(where) ?? new Map<string | number, Place>()
      this.#tables.set(where, tables)
      const known =
        tables.get(key) ?? place(where, typeof key === 'number' ? '' : key, typeof keys[index + 1] === 'number')
      tables.set(key, known)
      where = known
    }
    return where
  }

  readPair({ key, value }: AST.TOMLKeyValue, where: Place): void {
    const names = namesOf(key)
    this.#readContent(value, names.at(-1) ?? '', this.placeOf(where, names.slice(0, -1)))
  }

  #readContent(node: AST.TOMLContentNode, key: string, where: Place): void {
    const [start, end] = node.range
    if (node.type === 'TOMLInlineTable') {
      const table = place(where, where.isArray ? '' : key, false)
      for (const pair of node.body) this.readPair(pair, table)
    } else if (node.type === 'TOMLArray') {
      const array = place(where, where.isArray ? '' : key, true)
      const isFlat = node.elements.every(({ type }) => type === 'TOMLValue')
      if (isFlat && wordListKeys.test(key)) this.#add(readWords(this.#text.slice(start, end), array), start)
      for (const element of node.elements) this.#readContent(element, key, array)
    } else if (node.kind === 'string') {
      const quotes = node.multiline ? 3 : 1
      nameNeighbours(where, key, node.value)
      this.#readScalar(start + quotes, end - quotes, key, where)
    } else if (node.kind === 'integer') this.#readScalar(start, end, key, where)
  }

  #readScalar(start: number, end: number, key: string, where: Place): void {
    this.#add(readValue(this.#text.slice(start, end), key, where, this.#path), start)
  }

  #add(found: readonly Pending[], offset: number): void {
    for (const one of found) this.pending.push({ ...one, sighting: shift([one.sighting], offset)[0]! })
  }
}

function namesOf(key: AST.TOMLKey): string[] {
  return key.keys.map((part) => (part.type === 'TOMLBare' ? part.name : part.value))
}
