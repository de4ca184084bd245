/** One field of a line of the registry: its name and its value as source code. */
export type Field = readonly [name: string, code: string]

/** At which column of its line each field begins. */
export type Columns = ReadonlyMap<string, number>

/** A line that says nothing but an object, its fields in columns: a field too far to the right moves what follows. */
export function layOut(name: string, fields: readonly Field[], columns: Columns): string {
  const opening = `  ${name}: `.padEnd(columns.get('{') ?? 0) + '{ '
  const last = fields.length - 1
  const line = fields.reduce(
    (text, [field, code], index) =>
      `${text.padEnd(columns.get(field) ?? 0)}${field}: ${code}${index < last ? ', ' : ' '}`,
    opening,
  )
  return `${line}},`
}

/** A text as source code, in the quotes that need the fewest escapes. */
export function quote(text: string): string {
  const escaped = JSON.stringify(text).slice(1, -1)
  return text.includes("'") && !text.includes('"')
    ? `"${escaped}"`
    : `'${escaped.replaceAll('\\"', '"').replaceAll("'", "\\'")}'`
}

/** How long a line may be before its object is spread over several. */
const lineWidth = 120

/** An object as an entry of a table, as a formatter leaves it: on one line where it fits. */
export function entry(prefix: string, fields: readonly Field[]): string {
  const line = `  ${prefix}{ ${fields.map(([name, code]) => `${name}: ${code}`).join(', ')} },`
  if (line.length <= lineWidth) return line
  return [`  ${prefix}{`, ...fields.map(([name, code]) => `    ${name}: ${code},`), '  },'].join('\n')
}
