import { elementsOf, type Container, type Element, type Source, type TableName } from '../project/source.js'
import type { Style } from './layout.js'

/** How a registry is written, as far as its present entries show it. */
export type FileStyle = ReturnType<typeof readStyle>

/** Returns the style of a source. */
export function readStyle({ text, isJson, tables, comments }: Source) {
  // Blanks for comments, so that positions are the same.
  const code = comments.reduce(
    (before, { start, end }) => before.slice(0, start) + ' '.repeat(end - start) + before.slice(end),
    text,
  )
  const indentAt = (position: number): string =>
    /^[ \t]*/.exec(text.slice(text.lastIndexOf('\n', position - 1) + 1, position))![0]
  const textOf = ({ start, end }: Pick<Element, 'start' | 'end'>): string => code.slice(start, end)
  const entriesOf = (name: TableName): Element[] => (tables[name] ? elementsOf(tables[name]) : [])

  const services = entriesOf('services')
  const [first] = services
  const [outer, inner] = [indentAt(tables.services!.start), first ? indentAt(first.start) : '']
  const example = textOf(first ?? tables.services!)
  const all = Object.values(tables).map(textOf).join('\n')
  const style = {
    quote: isJson || /:\s*(["'])/.exec(example)?.[1] === '"' ? ('"' as const) : ("'" as const),
    hasQuotedKeys: isJson || /[{,]\s*["']\w+["']\s*:/.test(example),
    unit: inner.length > outer.length ? inner.slice(outer.length) : (/^([ \t]+)["'\w]/m.exec(text)?.[1] ?? '  '),
    hasTrailingComma: /,\s*\n\s*[}\]]/.test(all) || (!isJson && !/[^\s,{[(]\s*\n\s*[}\]]/.test(all)),
    eol: text.includes('\r\n') ? '\r\n' : '\n',
  }
  // Services on one line each have columns when some have more than one blank between their fields.
  const lines = services.map(textOf)
  const isAligned =
    services.every(({ value }) => value.type === 'ObjectExpression') &&
    lines.every((line) => !line.includes('\n')) &&
    lines.some((line) => / {2}/.test(line.replaceAll(literal, "''")))
  const columnOf = (position: number): number => position - text.lastIndexOf('\n', position) - 1
  const places = (isAligned ? services : []).flatMap(({ value }) =>
    [{ key: '{', start: value.start }].concat(elementsOf(value as Container)),
  )
  // The first entries of a table are as a rule the best aligned ones.
  const columns = new Map(places.toReversed().map(({ key, start }) => [key, columnOf(start)]))
  const others = (['history', 'retired', 'ranges'] as const).flatMap(entriesOf)

  return {
    ...style,
    /** The text without comments. */
    code,
    indentAt,
    /** Returns the style of an entry; `model` is an entry of the same table, where there is one. */
    of(table: TableName, model?: Element): Style {
      const container = tables[table]
      const similar = model ?? others[0] ?? first
      const shown = similar && textOf(similar)
      const lengths = (table === 'services' ? services : others)
        .filter((element) => !textOf(element).includes('\n'))
        .map(({ start, end }) => end - start + indentAt(start).length)
      const longest = Math.max(80, ...lengths)
      const isInline = model && container && !text.slice(container.start, model.start).includes('\n')
      return {
        ...style,
        padding: shown && !shown.includes('\n') && /\{\S/.test(shown) ? '' : ' ',
        isOnOneLine: !shown?.includes('\n'),
        // A file with longer lines than formatters allow has no limit.
        maxLength: isInline || longest > 120 ? Infinity : longest + 2,
        columns: table === 'services' ? columns : new Map(),
        indent: model ? indentAt(model.start) : `${container ? indentAt(container.start) : ''}${style.unit}`,
      }
    },
  }
}

const literal = /'(?:\\.|[^'\\])*'|"(?:\\.|[^"\\])*"|`(?:\\.|[^`\\])*`/g
