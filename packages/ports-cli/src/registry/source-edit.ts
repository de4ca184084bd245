import { isDeepStrictEqual } from 'node:util'
import { UsageError } from '../command.js'
import {
  elementsOf,
  parseSource,
  readTables,
  tableNames,
  type Container,
  type Element,
  type Source,
  type TableName,
  type Tables,
} from '../project/source.js'
import { own } from './fold.js'
import { layOut, print, printKey } from './layout.js'
import { readStyle, withoutComments, type FileStyle } from './source-style.js'

/**
 * Edits the source of a registry so that it has other tables. Lines of entries that do not change keep every byte,
 * comments stay with their entry, and services stay sorted by port where they are.
 *
 * @throws {UsageError} when the source cannot be edited, with its line
 */
export function editTables(code: string, file: string, after: Tables): string {
  const edited = tableNames.reduce((text, name) => editTable(parseSource(text, file), file, name, after[name]), code)
  if (isDeepStrictEqual(readTables(edited, file), after)) return edited
  throw new UsageError(`Cannot edit ${file}: its tables are not literals. Edit the file by hand.`)
}

type Entry = Readonly<Record<string, unknown>>
type Table = Readonly<Record<string, Entry>>

/** The source of one element. The pieces of a container, with its head and tail, are all its text. */
interface Piece {
  readonly key: string
  /** The blanks and comments before the element, from the end of the line before. */
  readonly lead: string
  readonly text: string
  /** The comments behind it on the same line, without the comma. */
  readonly trail: string
  /** Where the comma is in `trail`; undefined where there is none. */
  readonly commaAt: number | undefined
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
  if (!table) {
    return Object.keys(after).length === 0
      ? source.code
      : editTable(parseSource(addTable(source, name), file), file, name, after)
  }
  const before = source.read(table) as object
  if (isDeepStrictEqual(before, after)) return source.code
  const editor = new Editor(source)
  return editor.replace(
    table,
    Array.isArray(before) ? editor.updateList(name, after as Entry[]) : editor.updateRecord(name, after as Table),
  )
}

/** Adds an empty table: a property of the object that has the others, or an export after the last one. */
function addTable(source: Source, name: TableName): string {
  const { root, tables, text } = source
  const editor = new Editor(source)
  const empty = name === 'history' ? '[]' : '{}'
  if (root) return editor.replace(root, editor.append(root, name, empty))
  const last = Math.max(...Object.values(tables).map(({ end }) => end))
  const [line] = /.*\n?/.exec(text.slice(last))!
  const [assertion = ''] = /^ as const/.exec(line) ?? []
  const { eol } = editor.style
  const added = `export const ${name} = ${empty}${assertion}${line.trimEnd().endsWith(';') ? ';' : ''}${eol}`
  const at = last + line.length
  return `${text.slice(0, at)}${line.endsWith('\n') ? '' : eol}${eol}${added}${text.slice(at)}`
}

/** Replaces the text of the containers of one source. */
class Editor {
  readonly style: FileStyle
  readonly #source: Source
  /** The text with blanks for comments, so that positions are the same. */
  readonly #code: string

  constructor(source: Source) {
    this.#source = source
    this.#code = withoutComments(source)
    this.style = readStyle(source, this.#code)
  }

  /** Returns the source with other contents of a container. */
  replace({ start, end }: Container, parts: Parts): string {
    const { text, isJson } = this.#source
    const replaced = text.slice(0, start + 1) + this.#join(parts) + text.slice(end - 1)
    return isJson ? replaced.slice(1, -2) : replaced
  }

  updateRecord(name: TableName, after: Table): Parts {
    const table = this.#source.tables[name]!
    const before = this.#source.read(table) as Table
    const { pieces, ...parts } = this.#split(table)
    const isSorted = isAscending(Object.values(before).map(portOf))
    const elements = elementsOf(table)
    const kept = pieces.filter(({ key }) => own(after, key))
    const isOrdered = !isSorted || isAscending(kept.map(({ key }) => portOf(after[key]!)))
    const updated = new Map(
      elements.flatMap((element) => {
        const entry = own(after, element.key)
        return entry ? [[element.key, this.#update(name, element, before[element.key]!, entry)]] : []
      }),
    )
    const [result, moved]: [Piece[], Piece[]] = [[], []]
    let gap = ''
    for (const piece of pieces) {
      const text = updated.get(piece.key)
      const isMoved = !isOrdered && text !== undefined && portOf(before[piece.key]!) !== portOf(after[piece.key]!)
      if (text !== undefined && !isMoved) {
        result.push({ ...piece, lead: gap + piece.lead, text })
        gap = ''
      } else {
        // A comment above a blank line is about all entries below it.
        const [left = ''] = /^[^]*\n[^\S\r\n]*(?=\r?\n)/.exec(piece.lead) ?? []
        gap += left
        if (text !== undefined) moved.push({ ...piece, lead: piece.lead.slice(left.length), text })
      }
    }
    const added = Object.entries(after)
      .filter(([key]) => !Object.hasOwn(before, key))
      .map(([key, entry]) => this.#newPiece(table, key, layOut(key, entry, this.style.of(name, elements.at(-1)))))
    for (const piece of [...moved, ...added].toSorted(
      (one, other) => portOf(after[one.key]!) - portOf(after[other.key]!),
    )) {
      const next = result.findIndex(({ key }) => isSorted && portOf(after[key]!) > portOf(after[piece.key]!))
      result.splice(next < 0 ? result.length : next, 0, piece)
    }
    const tail = gap.trim() === '' ? parts.tail : gap + parts.tail
    return this.#fill(table, { ...parts, pieces: result, tail })
  }

  updateList(name: TableName, after: readonly Entry[]): Parts {
    const list = this.#source.tables[name]!
    const before = this.#source.read(list) as Entry[]
    const { pieces, ...parts } = this.#split(list)
    const elements = elementsOf(list)
    let next = 0
    const result = after.map((item) => {
      const index = before.findIndex(({ service }, at) => at >= next && service === item['service'])
      if (index < 0) return this.#newPiece(list, '', layOut(undefined, item, this.style.of(name, elements.at(-1))))
      next = index + 1
      return { ...pieces[index]!, text: this.#update(name, elements[index]!, before[index]!, item) }
    })
    return this.#fill(list, { ...parts, pieces: result })
  }

  /** Returns a container with another property at its end. */
  append(container: Container, key: string, value: string): Parts {
    const { pieces, ...parts } = this.#split(container)
    const piece = this.#newPiece(container, key, `${printKey(key, this.style)}${this.style.colon}${value}`)
    return this.#fill(container, { ...parts, pieces: [...pieces, piece] })
  }

  /** Returns the text of an element with another value. */
  #update(table: TableName, element: Element, before: Entry, after: Entry): string {
    const { start, end, value } = element
    const text = this.#source.text.slice(start, end)
    if (isDeepStrictEqual(before, after)) return text
    const hasComment = this.#code.slice(start, end) !== text
    const style = this.style.of(table, element)
    if (value.type !== 'ObjectExpression' || (!hasComment && (table !== 'services' || style.columns.size > 0))) {
      return layOut(table === 'history' ? undefined : element.key, after, style).trimStart()
    }
    const { pieces, ...parts } = this.#split(value)
    const fields = new Map(elementsOf(value).map((field) => [field.key, field]))
    const kept = pieces.flatMap((piece) => {
      if (!Object.hasOwn(after, piece.key)) return []
      return [
        isDeepStrictEqual(before[piece.key], after[piece.key])
          ? piece
          : { ...piece, text: this.#setField(fields.get(piece.key)!, after[piece.key]) },
      ]
    })
    const added = Object.entries(after)
      .filter(([key]) => !Object.hasOwn(before, key))
      .map(([key, field]) => this.#newPiece(value, key, `${printKey(key, style)}${style.colon}${print(field, style)}`))
    const body = this.#join({ ...parts, pieces: [...kept, ...added] })
    return this.#source.text.slice(start, value.start + 1) + body + this.#source.text.slice(value.end - 1, end)
  }

  #setField({ key, start, end, value }: Element, after: unknown): string {
    const { text } = this.#source
    const name =
      start === value.start ? `${printKey(key, this.style)}${this.style.colon}` : text.slice(start, value.start)
    return name + print(after, this.style) + text.slice(value.end, end)
  }

  #newPiece(container: Container, key: string, text: string): Piece {
    const { eol, unit } = this.style
    const [sibling] = elementsOf(container)
    const isInline = sibling && !this.#source.text.slice(container.start, sibling.start).includes('\n')
    const indent = sibling ? this.style.indentAt(sibling.start) : this.style.indentAt(container.start) + unit
    return { key, lead: isInline ? ' ' : eol + indent, text: text.trimStart(), trail: '', commaAt: undefined }
  }

  /** Fits the blanks of a container that was empty, or is now. */
  #fill(container: Container, parts: Parts): Parts {
    const around = parts.head + parts.tail
    if (parts.pieces.length === 0) return around.trim() === '' ? { ...parts, head: '', tail: '' } : parts
    if (elementsOf(container).length > 0) return parts
    const tail = this.style.eol + this.style.indentAt(container.start)
    return { ...parts, head: around.trimEnd(), tail, hasTrailingComma: this.style.hasTrailingComma }
  }

  #split(container: Container): Parts {
    const { text } = this.#source
    let position = this.#lineEnd(container.start + 1)
    const head = text.slice(container.start + 1, position)
    const pieces = elementsOf(container).map(({ key, start, end }): Piece => {
      const lead = text.slice(position, start)
      const blanks = /^\s*(?=,)/.exec(this.#code.slice(end))?.[0].length
      const comma = blanks === undefined ? undefined : end + blanks
      position = this.#lineEnd(comma === undefined ? end : comma + 1)
      const trail =
        comma === undefined ? text.slice(end, position) : text.slice(end, comma) + text.slice(comma + 1, position)
      return { key, lead, text: text.slice(start, end), trail, commaAt: blanks }
    })
    return {
      head,
      pieces,
      tail: text.slice(position, container.end - 1),
      hasTrailingComma: pieces.at(-1)?.commaAt !== undefined,
    }
  }

  /** Returns the end of the line, where only comments are left on it; else the same position. */
  #lineEnd(position: number): number {
    return position + (/^[^\S\r\n]*(?=\r?\n)/.exec(this.#code.slice(position))?.[0].length ?? 0)
  }

  #join({ head, pieces, tail, hasTrailingComma }: Parts): string {
    const texts = pieces.map(({ lead, text, trail, commaAt = 0 }, index) => {
      const comma = hasTrailingComma || index < pieces.length - 1 ? ',' : ''
      return lead + text + trail.slice(0, commaAt) + comma + trail.slice(commaAt)
    })
    return head + texts.join('') + tail
  }
}

function portOf(entry: Entry): number {
  return Number(entry['port'])
}

function isAscending(ports: readonly number[]): boolean {
  return ports.every((port, index) => index === 0 || ports[index - 1]! < port)
}
