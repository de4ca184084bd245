import { basename } from 'node:path'
import { isDeepStrictEqual } from 'node:util'
import { UsageError } from '../command.js'
import {
  elementsOf,
  readTables,
  Source,
  tableNames,
  type Container,
  type Element,
  type TableName,
  type Tables,
} from '../project/source.js'
import { layOut, print, printKey } from './layout.js'
import { readStyle, type FileStyle } from './source-style.js'

/**
 * Edits the source of a registry so that it has other tables. Lines of entries that do not change keep every byte,
 * comments stay with their entry, and services stay sorted by port where they are.
 *
 * @throws {UsageError} when the source cannot be edited, with its line
 */
export function editTables(code: string, file: string, after: Tables): string {
  const edited = tableNames.reduce((text, name) => editTable(new Source(text, file), file, name, after[name]), code)
  if (isDeepStrictEqual(readTables(edited, file), after)) return edited
  throw new UsageError(`Cannot edit ${basename(file)}: its tables are not literals. Edit the file by hand.`)
}

type Entry = Readonly<Record<string, unknown>>

/** The source of one element. The pieces of a container, with its head and tail, are all its text. */
interface Piece {
  readonly key: string
  /** Undefined for a new one. */
  readonly element?: Element
  /** The blanks and comments before the element, from the end of the line before. */
  readonly lead: string
  readonly text: string
  /** The comments behind it on the same line, before and behind the comma. */
  readonly trail: readonly [string, string]
}

interface Parts {
  /** The comment behind the opening brace. */
  readonly head: string
  readonly pieces: readonly Piece[]
  /** The blanks and comments before the closing brace. */
  readonly tail: string
  readonly hasTrailingComma: boolean
}

function editTable(source: Source, file: string, name: TableName, after: object): string {
  const table = source.tables[name]
  if (!table && Object.keys(after).length === 0) return source.code
  const editor = new Editor(source, name)
  if (!table) return editTable(new Source(editor.addTable(), file), file, name, after)
  return isDeepStrictEqual(source.read(table), after) ? source.code : editor.update(table, after)
}

class Editor {
  readonly #source: Source
  readonly #table: TableName
  readonly #style: FileStyle

  constructor(source: Source, table: TableName) {
    this.#source = source
    this.#table = table
    this.#style = readStyle(source)
  }

  update(table: Container, after: object): string {
    const sibling = elementsOf(table).at(-1)
    const style = this.#style.of(this.#table, sibling)
    const parts = Array.isArray(after)
      ? this.#list(table, after as Entry[], (item) => layOut(undefined, item, style))
      : this.#record(table, after as Entry, (key, entry) => layOut(key, entry as Entry, style))
    return this.#replace(table, parts)
  }

  /** Returns the source with an empty table: a property of the object that has the others, or an export after the last one. */
  addTable(): string {
    const { root, tables, text } = this.#source
    const empty = this.#table === 'history' ? '[]' : '{}'
    if (root) {
      const parts = this.#split(root)
      const table = this.#piece(root, this.#table, this.#field(this.#table, empty))
      return this.#replace(root, { ...parts, pieces: [...parts.pieces, table] })
    }
    const last = Math.max(...Object.values(tables).map(({ end }) => end))
    const [line] = /.*\n?/.exec(text.slice(last))!
    const [assertion = ''] = /^ as const/.exec(line) ?? []
    const { eol } = this.#style
    const added = `export const ${this.#table} = ${empty}${assertion}${line.trimEnd().endsWith(';') ? ';' : ''}${eol}`
    const at = last + line.length
    return `${text.slice(0, at)}${line.endsWith('\n') ? '' : eol}${eol}${added}${text.slice(at)}`
  }

  #replace(container: Container, parts: Parts): string {
    const { text, isJson } = this.#source
    const replaced = this.#insideOf(container, parts, 0, text.length)
    return isJson ? replaced.slice(1, -2) : replaced
  }

  /** Returns a part of the text with other contents of a container. */
  #insideOf(container: Container, parts: Parts, start: number, end: number, hasColumns = false): string {
    const { text } = this.#source
    return (
      text.slice(start, container.start + 1) +
      this.#join(container, parts, hasColumns) +
      text.slice(container.end - 1, end)
    )
  }

  #record(record: Container, after: Entry, printNew: (key: string, value: unknown) => string): Parts {
    const before = this.#source.read(record) as Entry
    const { pieces, ...parts } = this.#split(record)
    const spread = record.type === 'ObjectExpression' && record.properties.find(({ type }) => type === 'SpreadElement')
    if (spread && record === this.#source.tables[this.#table]) this.#source.refuse(spread)
    const isSorted = isAscending(Object.values(before).map(portOf))
    const kept = pieces.filter(({ key }) => Object.hasOwn(after, key))
    const isOrdered = !isSorted || isAscending(kept.map(({ key }) => portOf(after[key])))
    const [result, others]: [Piece[], Piece[]] = [[], []]
    let gap = ''
    for (const piece of pieces) {
      const { key, element, lead } = piece
      const isKept = Object.hasOwn(after, key)
      const text = isKept ? this.#update(element!, before[key], after[key]) : ''
      if (isKept && (isOrdered || portOf(before[key]) === portOf(after[key]))) {
        result.push({ ...piece, lead: gap + lead, text })
        gap = ''
        continue
      }
      // A comment above a blank line is about all entries below it.
      const [left = ''] = /^[^]*\n[^\S\r\n]*(?=\r?\n)/.exec(lead) ?? []
      gap += left
      if (isKept) others.push({ ...piece, lead: lead.slice(left.length), text })
    }
    for (const [key, value] of Object.entries(after)) {
      if (!Object.hasOwn(before, key)) others.push(this.#piece(record, key, printNew(key, value)))
    }
    for (const piece of others.toSorted((one, other) => portOf(after[one.key]) - portOf(after[other.key]))) {
      const next = result.findIndex(({ key }) => isSorted && portOf(after[key]) > portOf(after[piece.key]))
      result.splice(next < 0 ? result.length : next, 0, piece)
    }
    return { ...parts, pieces: result, tail: gap.trim() === '' ? parts.tail : gap + parts.tail }
  }

  /** Returns the parts of a list with other items; one of the same service, in the same order, is edited in its place. */
  #list(list: Container, after: readonly Entry[], printNew: (item: Entry) => string): Parts {
    const before = this.#source.read(list) as Entry[]
    const { pieces, ...parts } = this.#split(list)
    let next = 0
    const items = after.map((item) => {
      const index = before.findIndex(({ service }, at) => at >= next && service === item['service'])
      if (index < 0) return this.#piece(list, '', printNew(item))
      next = index + 1
      return { ...pieces[index]!, text: this.#update(pieces[index]!.element!, before[index], item) }
    })
    return { ...parts, pieces: items }
  }

  #update({ key, start, end, value }: Element, before: unknown, after: unknown): string {
    const { text } = this.#source
    if (isDeepStrictEqual(before, after)) return text.slice(start, end)
    // A constant may have other users.
    if (value.type === 'Identifier') return this.#source.refuse(value)
    if (typeof after !== 'object' || after === null || Array.isArray(after)) {
      const name = start === value.start ? this.#field(key, '') : text.slice(start, value.start)
      return name + print(after, this.#style) + text.slice(value.end, end)
    }
    const style = this.#style.of(this.#table, { key, start, end, value })
    const hasComment = this.#style.code.slice(start, end) !== text.slice(start, end)
    if (value.type !== 'ObjectExpression' || (!hasComment && this.#table !== 'services')) {
      // A longer reason may need separate lines.
      return layOut(this.#table === 'history' ? undefined : key, after as Entry, style).trimStart()
    }
    const parts = this.#record(value, after as Entry, (name, field) => this.#field(name, print(field, style)))
    return this.#insideOf(value, parts, start, end, style.columns.size > 0)
  }

  #field(key: string, value: string): string {
    return `${printKey(key, this.#style)}: ${value}`
  }

  #piece(container: Container, key: string, text: string): Piece {
    const { eol, unit, indentAt } = this.#style
    const [sibling] = elementsOf(container)
    const isInline = sibling && !this.#source.text.slice(container.start, sibling.start).includes('\n')
    const indent = sibling ? indentAt(sibling.start) : indentAt(container.start) + unit
    return { key, lead: isInline ? ' ' : eol + indent, text: text.trimStart(), trail: ['', ''] }
  }

  #split(container: Container): Parts {
    const { text } = this.#source
    let position = this.#lineEnd(container.start + 1)
    const head = text.slice(container.start + 1, position)
    let { hasTrailingComma } = this.#style
    const pieces = elementsOf(container).map((element): Piece => {
      const { key, start, end } = element
      const lead = text.slice(position, start)
      const [toComma = '', blanks = ''] = /^(\s*),/.exec(this.#style.code.slice(end)) ?? []
      hasTrailingComma = toComma !== ''
      const rest = end + toComma.length
      position = this.#lineEnd(rest)
      const trail = [text.slice(end, end + blanks.length), text.slice(rest, position)] as const
      return { key, element, lead, text: text.slice(start, end), trail }
    })
    return { head, pieces, tail: text.slice(position, container.end - 1), hasTrailingComma }
  }

  /** Returns the end of the line, where only comments are left on it; else the same position. */
  #lineEnd(position: number): number {
    return position + (/^[^\S\r\n]*(?=\r?\n)/.exec(this.#style.code.slice(position))?.[0].length ?? 0)
  }

  #join(container: Container, { head, pieces, tail, hasTrailingComma }: Parts, hasColumns: boolean): string {
    const { eol, indentAt } = this.#style
    const last = elementsOf(container).at(-1)
    // An empty container has no blanks to keep, except around a comment.
    const around = head + tail
    if (pieces.length === 0) return around.trim() === '' ? '' : around
    const start = last ? head : around.trimEnd()
    const end = last ? tail : eol + indentAt(container.start)
    let comment = start
    const indent = eol + indentAt(last?.start ?? container.start)
    /** Starts a line where the line before ends in a comment. */
    const after = (text: string): string =>
      comment.trim() === '' || /^[^\S\n]*\n/.test(text) ? text : indent + text.trimStart()
    const body = pieces.reduce((before, { element, lead, text, trail: [beforeComma, behindComma] }, index) => {
      const comma = hasTrailingComma || index < pieces.length - 1 ? ',' : ''
      const column = element ? element.start - container.start - 1 : 0
      const blanks = hasColumns ? ' '.repeat(Math.max(1, column - before.length)) : after(lead)
      comment = beforeComma + behindComma
      return before + blanks + text + beforeComma + comma + behindComma
    }, start)
    return body + after(end)
  }
}

function portOf(entry: unknown): number {
  return Number((entry as Entry | undefined)?.['port'])
}

function isAscending(ports: readonly number[]): boolean {
  return ports.every((port, index) => index === 0 || ports[index - 1]! < port)
}
