/** How an entry of a table is written. */
export interface Style {
  readonly quote: '"' | "'"
  readonly hasQuotedKeys: boolean
  /** Inside the braces of an entry on one line. */
  readonly padding: string
  readonly isOnOneLine: boolean
  /** The length from which an entry has a line for each field. */
  readonly maxLength: number
  /** The column of each field in its line, and of the opening brace as `{`; empty where there are no columns. */
  readonly columns: ReadonlyMap<string, number>
  readonly indent: string
  /** The indent of a nested line, in addition to `indent`. */
  readonly unit: string
  readonly hasTrailingComma: boolean
  readonly eol: string
}

/** Returns the source of one entry of a table, from its indentation to its closing brace. */
export function layOut(key: string | undefined, entry: Readonly<Record<string, unknown>>, style: Style): string {
  const { indent, columns, padding, eol, unit } = style
  const name = key === undefined ? indent : `${indent}${printKey(key, style)}: `
  const fields = Object.entries(entry).map(
    ([field, value]) => [field, `${printKey(field, style)}: ${print(value, style)}`] as const,
  )
  if (style.isOnOneLine) {
    const line = fields.reduce(
      (text, [field, code], index) =>
        `${text.padEnd(columns.get(field) ?? 0)}${code}${index < fields.length - 1 ? ', ' : padding}`,
      `${name.padEnd(columns.get('{') ?? 0)}{${padding}`,
    )
    if (columns.size > 0 || line.length < style.maxLength) return `${line}}`
  }
  const lines = fields.map(([, code]) => `${indent}${unit}${code}`)
  return [`${name}{`, lines.join(`,${eol}`) + (style.hasTrailingComma ? ',' : ''), `${indent}}`].join(eol)
}

/** Returns the name of a field as source code. */
export function printKey(key: string, { hasQuotedKeys, quote }: Pick<Style, 'hasQuotedKeys' | 'quote'>): string {
  return hasQuotedKeys || !/^[A-Za-z_$][\w$]*$/.test(key) ? printText(key, quote) : key
}

/** Returns a value as source code, on one line. */
export function print(value: unknown, style: Pick<Style, 'hasQuotedKeys' | 'quote'>): string {
  if (typeof value === 'string') return printText(value, style.quote)
  if (typeof value !== 'object' || value === null) return String(value)
  if (Array.isArray(value)) return `[${value.map((item) => print(item, style)).join(', ')}]`
  const fields = Object.entries(value).map(([key, field]) => `${printKey(key, style)}: ${print(field, style)}`)
  return `{ ${fields.join(', ')} }`
}

/** Prefers the quotes of the file. JSON has no others; elsewhere a text that contains them gets the other ones. */
function printText(text: string, quote: Style['quote']): string {
  const json = JSON.stringify(text)
  if (quote === '"' || (text.includes("'") && !text.includes('"'))) return json
  return `'${json
    .slice(1, -1)
    .replaceAll(String.raw`\"`, '"')
    .replaceAll("'", String.raw`\'`)}'`
}
