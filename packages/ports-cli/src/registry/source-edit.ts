import { isDeepStrictEqual } from 'node:util'
import { UsageError } from '../command.js'
import { layOut, print, printKey, type Style } from './layout.js'
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
} from './source.js'

/**
 * Edits the source of a registry so that it has other tables. Lines of entries that do not change keep every byte,
 * comments stay with their entry, and services stay sorted by port where they are.
 *
 * @throws {UsageError} when the source cannot be edited, with its line
 */
export function editTables(code: string, file: string, after: Tables): string {
  const before = readTables(code, file)
  const editor = new Editor(code, file)
  for (const name of tableNames) {
    if (name === 'history') editor.updateList(name, before[name], after[name])
    else editor.updateRecord(name, before[name], after[name])
  }
  if (!isDeepStrictEqual(readTables(editor.code, file), after)) {
    throw new UsageError(`Cannot edit ${file}: its tables are not literals. Edit the file by hand.`)
  }
  return editor.code
}

type Entry = Readonly<Record<string, unknown>>
type Path = readonly [table: TableName, ...names: string[]]
type Change = readonly [start: number, end: number, replacement: string]

/** The lines of an element, with the comments above it and behind it. */
interface Block {
  readonly lead?: string
  readonly text: string
  readonly trail?: string
}

/** Makes one change at a time and parses again after it, so that positions are always those of the present text. */
class Editor {
  readonly #file: string
  readonly #eol: string
  #code: string
  #source: Source

  constructor(code: string, file: string) {
    this.#file = file
    this.#eol = code.includes('\r\n') ? '\r\n' : '\n'
    this.#code = code
    this.#source = parseSource(code, file)
  }

  get code(): string {
    return this.#code
  }

  updateRecord(
    table: TableName,
    before: Readonly<Record<string, object>>,
    after: Readonly<Record<string, object>>,
  ): void {
    const isSorted = isAscending(Object.values(before).map(portOf))
    for (const name of Object.keys(before)) if (!Object.hasOwn(after, name)) this.#remove([table, name])
    for (const [name, entry] of Object.entries(after)) {
      const present = Object.hasOwn(before, name) ? (before[name] as Entry) : undefined
      if (!present)
        this.#insert(table, isSorted ? this.#placeFor(portOf(entry), table) : undefined, name, entry as Entry)
      else if (!isDeepStrictEqual(present, entry)) this.#updateEntry([table, name], present, entry as Entry)
    }
    if (!isSorted || isAscending(this.#elements([table]).map(({ key }) => portOf(after[key]!)))) return
    const moved = Object.keys(after).filter((name) => before[name] && portOf(before[name]) !== portOf(after[name]!))
    const blocks = moved.map((name) => [portOf(after[name]!), this.#remove([table, name])] as const)
    for (const [port, block] of blocks.toSorted(([one], [other]) => one - other)) {
      this.#insertBlock([table], this.#placeFor(port, table), block)
    }
  }

  updateList(table: TableName, before: readonly object[], after: readonly object[]): void {
    // Each present item becomes the next wanted one of the same service; others are removed, or are new.
    let next = 0
    const targets = before.map((item) => {
      const { service } = item as Entry
      const index = after.findIndex((other, at) => at >= next && (other as Entry)['service'] === service)
      if (index >= 0) next = index + 1
      return index
    })
    for (const [index, target] of [...targets.entries()].toReversed()) {
      if (target < 0) this.#remove([table, String(index)])
      else if (!isDeepStrictEqual(before[index], after[target]))
        this.#updateEntry([table, String(index)], before[index] as Entry, after[target] as Entry)
    }
    for (const [index, item] of after.entries()) {
      if (!targets.includes(index)) this.#insert(table, index, undefined, item as Entry)
    }
  }

  #updateEntry(path: readonly [TableName, string], before: Entry, after: Entry): void {
    const element = this.#element(path)
    const { start, end } = element
    const hasComment = this.#source.comments.some((comment) => comment.start > start && comment.end < end)
    if (path[0] !== 'services' && !hasComment && element.value.type === 'ObjectExpression') {
      // A longer reason may need separate lines.
      const key = path[0] === 'history' ? undefined : element.key
      return this.#splice([start, end, layOut(key, after, this.#styleOf(path[0], element)).trimStart()])
    }
    for (const field of Object.keys(before)) if (!Object.hasOwn(after, field)) this.#remove([...path, field])
    for (const [field, value] of Object.entries(after)) {
      const style = this.#styleOf(path[0])
      if (Object.hasOwn(before, field)) {
        if (!isDeepStrictEqual(before[field], value)) this.#setField(path, field, print(value, style))
      } else {
        const text = `${printKey(field, style)}${style.colon}${print(value, style)}`
        this.#insertBlock(path, this.#elements(path).length, { text })
      }
    }
  }

  /** Sets a value. In a table with columns, the blanks that follow take up the difference in length. */
  #setField(path: readonly [TableName, string], field: string, value: string): void {
    const fields = this.#elements(path)
    const index = fields.findIndex(({ key }) => key === field)
    const { start: fieldStart, end: fieldEnd, value: node } = fields[index]!
    const isShorthand = fieldStart === node.start && fieldEnd === node.end
    const changes: Change[] = [[node.start, node.end, isShorthand ? `${field}: ${value}` : value]]
    let difference = value.length - (node.end - node.start)
    for (const { start } of this.#isAligned(path[0]) ? fields.slice(index + 1) : []) {
      const [blanks] = / *$/.exec(this.#text.slice(fieldEnd, start))!
      if (difference === 0 || blanks === '') break
      const change = Math.max(-difference, 1 - blanks.length)
      changes.push([start - blanks.length, start, ' '.repeat(blanks.length + change)])
      difference += change
    }
    this.#splice(...changes)
  }

  #insert(table: TableName, place: number | undefined, key: string | undefined, entry: Entry): void {
    if (!this.#source.tables[table]) this.#addTable(table)
    const elements = this.#elements([table])
    const index = place ?? elements.length
    const text = layOut(key, entry, this.#styleOf(table, elements[index - 1] ?? elements[index]))
    this.#insertBlock([table], index, { text: text.trimStart() })
  }

  #placeFor(port: number, table: TableName): number {
    const elements = this.#elements([table])
    const next = elements.findIndex(({ value }) => portOf(this.#source.read(value) as object) > port)
    return next < 0 ? elements.length : next
  }

  /** Adds an empty table: a property of the object that has the others, or an export after the last one. */
  #addTable(table: TableName): void {
    const { root, tables } = this.#source
    const empty = table === 'history' ? '[]' : '{}'
    if (root) {
      const style = this.#styleOf('services')
      const text = `${printKey(table, style)}${style.colon}${empty}`
      return this.#insertAt(root, elementsOf(root).length, { text })
    }
    const last = Math.max(...Object.values(tables).map(({ end }) => end))
    const lineEnd = this.#text.indexOf('\n', last) + 1 || this.#text.length
    const statement = this.#text.slice(last, lineEnd).trimEnd()
    const assertion = statement.startsWith(' as const') ? ' as const' : ''
    const line = `export const ${table} = ${empty}${assertion}${statement.endsWith(';') ? ';' : ''}`
    const eol = this.#text[lineEnd - 1] === '\n' ? '' : this.#eol
    this.#splice([lineEnd, lineEnd, `${eol}${this.#eol}${line}${this.#eol}`])
  }

  /** Removes an element with its lines and comments, and returns them. */
  #remove(path: readonly [TableName, string, string?]): Block {
    const container = this.#container(path.slice(0, -1) as unknown as Path)
    const elements = elementsOf(container)
    const index = elements.findIndex(({ key }) => key === path.at(-1))
    const element = elements[index]!
    const [previous, next] = [elements[index - 1], elements[index + 1]]
    const block = this.#blockOf(container, element)
    const { start, end } = block ?? element
    const text = this.#text.slice(start, end)
    const rest = this.#text.slice(container.start + 1, start) + this.#text.slice(end, container.end - 1)
    const comma = this.#commaAfter(element.end)
    if (elements.length === 1 && rest.replace(comma === undefined || block ? '' : ',', '').trim() === '')
      this.#splice([container.start + 1, container.end - 1, ''])
    else if (block) {
      const before = !next && previous && comma === undefined ? this.#commaAfter(previous.end) : undefined
      this.#splice([start, end, ''], ...(before === undefined ? [] : [[before, before + 1, ''] as const]))
    } else if (next) {
      const isColumn = path.length === 3 && this.#isAligned(path[0])
      this.#splice([start, next.start, isColumn ? ' '.repeat(next.start - start) : ''])
    } else this.#splice([previous?.end ?? start, end, ''])
    return block ?? { text }
  }

  #insertBlock(path: Path, index: number, block: Block): void {
    this.#insertAt(this.#container(path), index, block)
  }

  #insertAt(container: Container, index: number, { lead = '', text, trail = '' }: Block): void {
    const elements = elementsOf(container)
    const [previous, next] = [elements[index - 1], elements[index]]
    const neighbour = next ?? previous
    const lines = neighbour && this.#blockOf(container, neighbour)
    const outer = this.#indentAt(container.start)
    const indent = neighbour ? this.#indentAt(neighbour.start) : outer + this.#unit
    const line = (comma: string): string => `${lead}${indent}${text}${comma}${trail}${this.#eol}`
    if (next) this.#splice(lines ? [lines.start, lines.start, line(',')] : [next.start, next.start, `${text}, `])
    else if (!previous) {
      const inside = this.#text.slice(container.start + 1, container.end - 1).trimEnd()
      const comma = this.#hasTrailingCommas() ? ',' : ''
      this.#splice([container.start + 1, container.end - 1, `${inside}${this.#eol}${line(comma)}${outer}`])
    } else if (!lines) this.#splice([previous.end, previous.end, `, ${text}`])
    else {
      const hasComma = this.#commaAfter(previous.end) !== undefined
      this.#splice([previous.end, previous.end, hasComma ? '' : ','], [lines.end, lines.end, line(hasComma ? ',' : '')])
    }
  }

  /** Returns the lines of an element that shares them with comments only; undefined for any other. */
  #blockOf(
    container: Container,
    { start, end }: Element,
  ): (Required<Block> & { start: number; end: number }) | undefined {
    const lineStart = this.#lineStart(start)
    const comma = this.#commaAfter(end)
    const lineEnd = this.#text.indexOf('\n', (comma ?? end - 1) + 1)
    const isAlone =
      lineStart > container.start &&
      lineEnd >= 0 &&
      lineEnd < container.end &&
      `${this.#codeOf(lineStart, start)}${this.#codeOf(end, lineEnd).replace(',', '')}`.trim() === ''
    if (!isAlone) return undefined
    let first = lineStart
    for (;;) {
      const above = this.#lineStart(first - 1)
      const isComment = above > container.start && this.#codeOf(above, first).trim() === ''
      if (!isComment || this.#text.slice(above, first).trim() === '') break
      first = above
    }
    const behind = this.#text.slice(end, lineEnd)
    return {
      start: first,
      end: lineEnd + 1,
      lead: this.#text.slice(first, lineStart),
      text: this.#text.slice(start, end),
      trail: (comma === undefined ? behind : behind.slice(0, comma - end) + behind.slice(comma - end + 1)).trimEnd(),
    }
  }

  /** Returns the style of a new entry: that of a sibling, else of an entry of another table. */
  #styleOf(table: TableName, sibling?: Element): Style {
    const { isJson, tables } = this.#source
    const services = this.#elements(['services'])
    const [service] = services
    const fields =
      service && this.#source.resolve(service.value).type === 'ObjectExpression'
        ? this.#elements(['services', service.key])
        : []
    const text = fields.find(({ value }) => value.type === 'Literal' && typeof value.value === 'string')
    const [field] = fields
    const others = (['history', 'retired', 'ranges', 'services'] as const).flatMap((name) =>
      this.#elements([name]).map((element) => [name, element] as const),
    )
    const model = sibling ?? others[0]?.[1]
    const isAligned = this.#isAligned(table)
    const isOnOneLine = !model || !this.#textOf(model).includes('\n')
    const container = tables[table]
    const isInline = container && sibling && !this.#blockOf(container, sibling)
    return {
      quote: isJson || (text && this.#text[text.value.start] === '"') ? '"' : "'",
      hasQuotedKeys: isJson || (field !== undefined && /^["']/.test(this.#textOf(field))),
      colon: field && /^["']?\w+["']?:\S/.test(this.#textOf(field)) ? ':' : ': ',
      padding: model && isOnOneLine && /\{\S/.test(this.#textOf(model)) ? '' : ' ',
      isOnOneLine,
      maxLength: isInline
        ? Infinity
        : Math.max(
            80,
            ...others.flatMap(([name, { start, end }]) => (name === 'services' ? [] : [end - this.#lineStart(start)])),
          ) + 2,
      columns: isAligned ? this.#columnsOf(services) : new Map(),
      indent: sibling
        ? this.#indentAt(sibling.start)
        : `${container ? this.#indentAt(container.start) : ''}${this.#unit}`,
      unit: this.#unit,
      hasTrailingComma: this.#hasTrailingCommas(),
      eol: this.#eol,
    }
  }

  /** Returns the most frequent column of each field, and of the opening brace. */
  #columnsOf(entries: readonly Element[]): Map<string, number> {
    const places = entries.flatMap((entry) => {
      const lineStart = this.#lineStart(entry.start)
      const fields = this.#elements(['services', entry.key]).map(({ key, start }) => [key, start - lineStart] as const)
      return [['{', entry.value.start - lineStart] as const, ...fields]
    })
    const columns = new Map<string, number>()
    for (const [key, column] of places.toReversed()) {
      const count = (at: number): number => places.filter(([other, place]) => other === key && place === at).length
      if (count(column) > 1 && count(column) >= count(columns.get(key) ?? -1)) columns.set(key, column)
    }
    return columns
  }

  /** Whether services, one a line, have their fields in columns: some of them have more than one blank between fields. */
  #isAligned(table: TableName): boolean {
    if (table !== 'services') return false
    const texts = this.#elements([table]).map((element) => this.#textOf(element))
    return texts.every((text) => !text.includes('\n')) && texts.some((text) => / {2}/.test(withoutStrings(text)))
  }

  get #unit(): string {
    const { services } = this.#source.tables
    const [first] = this.#elements(['services'])
    const outer = this.#indentAt(services!.start)
    const inner = first && this.#indentAt(first.start)
    return inner && inner.length > outer.length
      ? inner.slice(outer.length)
      : (/^([ \t]+)["'\w]/m.exec(this.#text)?.[1] ?? '  ')
  }

  #hasTrailingCommas(): boolean {
    for (const table of Object.values(this.#source.tables)) {
      for (const container of [table, ...elementsOf(table).map(({ value }) => value as Container)]) {
        const isObject = container.type === 'ObjectExpression' || container.type === 'ArrayExpression'
        const last = isObject ? elementsOf(container).at(-1) : undefined
        if (last && this.#text.slice(last.end, container.end).includes('\n'))
          return this.#commaAfter(last.end) !== undefined
      }
    }
    return !this.#source.isJson
  }

  /** Returns the elements of a table or an entry; an empty list for a missing table. */
  #elements(path: Path): Element[] {
    return this.#source.tables[path[0]] ? elementsOf(this.#container(path)) : []
  }

  #element(path: Path): Element {
    return this.#elements(path.slice(0, -1) as unknown as Path).find(({ key }) => key === path.at(-1))!
  }

  #container(path: Path): Container {
    return this.#source.resolve(
      path.length === 1 ? this.#source.tables[path[0]]! : this.#element(path).value,
    ) as Container
  }

  get #text(): string {
    return this.#source.text
  }

  #textOf({ start, end }: Element): string {
    return this.#text.slice(start, end)
  }

  /** Returns a part of the text with blanks for its comments. */
  #codeOf(start: number, end: number): string {
    return this.#source.comments.reduce(
      (code, comment) => {
        const [from, to] = [Math.max(comment.start, start) - start, Math.min(comment.end, end) - start]
        return from < to ? code.slice(0, from) + ' '.repeat(to - from) + code.slice(to) : code
      },
      this.#text.slice(start, end),
    )
  }

  #commaAfter(position: number): number | undefined {
    const [blanks] = /^\s*/.exec(this.#codeOf(position, this.#text.length))!
    return this.#text[position + blanks.length] === ',' ? position + blanks.length : undefined
  }

  #lineStart(position: number): number {
    return this.#text.lastIndexOf('\n', position - 1) + 1
  }

  #indentAt(position: number): string {
    return /^[ \t]*/.exec(this.#text.slice(this.#lineStart(position), position))![0]
  }

  #splice(...changes: readonly Change[]): void {
    const text = changes
      .toSorted(([one], [other]) => other - one)
      .reduce((code, [start, end, replacement]) => code.slice(0, start) + replacement + code.slice(end), this.#text)
    this.#code = this.#source.isJson ? text.slice(1, -2) : text
    this.#source = parseSource(this.#code, this.#file)
  }
}

function portOf(entry: object): number {
  return (entry as { readonly port: number }).port
}

function isAscending(ports: readonly number[]): boolean {
  return ports.every((port, index) => index === 0 || ports[index - 1]! < port)
}

function withoutStrings(text: string): string {
  return text.replaceAll(/'(?:\\.|[^'\\])*'|"(?:\\.|[^"\\])*"|`(?:\\.|[^`\\])*`/g, "''")
}
