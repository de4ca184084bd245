import example from './example.fixture.js'

/** Replaces the tables in the text of registry.ts by the example's, one line a service. */
export function withExample(source: string): string {
  const tables = {
    services: example.services,
    ranges: example.ranges,
    history: example.history,
    retired: example.retired,
  }
  return Object.entries(tables).reduce((text, [name, table]) => {
    const start = text.indexOf(`export const ${name} = `)
    const end = text.indexOf(' as const satisfies', start)
    return `${text.slice(0, start)}export const ${name} = ${print(table)}${text.slice(end)}`
  }, source)
}

function print(table: object): string {
  if (Array.isArray(table)) return `[\n${table.map((entry) => `  ${entryText(entry as object)},\n`).join('')}]`
  const lines = Object.entries(table).map(([name, entry]) => `  ${name}: ${entryText(entry as object)},\n`)
  return lines.length > 0 ? `{\n${lines.join('')}}` : '{}'
}

function entryText(entry: object): string {
  const fields = Object.entries(entry).map(([name, value]) => {
    const text = typeof value === 'string' ? `'${value.replaceAll("'", "\\'")}'` : JSON.stringify(value)
    return `${name}: ${text}`
  })
  return `{ ${fields.join(', ')} }`
}
