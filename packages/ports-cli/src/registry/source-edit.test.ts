import { readFile } from 'node:fs/promises'
import * as ownRegistry from '@driftos/ports'
import { transformSync } from 'esbuild'
import fc from 'fast-check'
import { diffLines } from 'diff'
import { parse as parseJsonc } from 'jsonc-parser'
import { describe, expect, it } from 'vitest'
import { editTables } from './source-edit.js'
import { readTables, type Tables } from '../project/source.js'

const ownFile = new URL('../../../ports/src/registry.ts', import.meta.url)
const ownCode = await readFile(ownFile, 'utf8')
const { services, ranges, history, retired } = ownRegistry
const own: Tables = { services, ranges, history, retired }

const sample: Tables = {
  services: {
    shop: {
      port: 4001,
      containerName: 'acme-shop',
      variable: 'SHOP_PORT',
      scheme: 'http',
      group: 'apps',
      status: 'active',
      summary: "The customer's shop",
      aliases: ['store'],
    },
    pay: {
      port: 4003,
      containerName: 'pay',
      variable: 'PAY_PORT',
      scheme: 'grpc',
      status: 'active',
      summary: 'Says "pay"',
    },
    stock: {
      port: 4005,
      containerName: 'stock',
      variable: 'STOCK_PORT',
      scheme: 'tcp',
      status: 'legacy',
      summary: 'Stock',
    },
  },
  ranges: { apps: { first: 4000, last: 4009, reserved: { first: 4006, last: 4009 }, summary: 'Apps' } },
  history: [{ service: 'shop', from: 4000, to: 4001, reason: 'it clashed' }],
  retired: { cart: { port: 4002, reason: 'shop does it' } },
}

/** Prints a value as an object of several lines, in a style. */
function spread(value: unknown, quote: string, comma: string, unit: string, depth = 0): string {
  if (typeof value === 'string')
    return quote === '"' ? JSON.stringify(value) : `'${value.replaceAll("'", String.raw`\'`)}'`
  if (typeof value !== 'object' || value === null) return String(value)
  const [open, close] = Array.isArray(value) ? '[]' : '{}'
  const items = Object.entries(value).map(([key, item]) => {
    const name = Array.isArray(value) ? '' : `${quote === '"' ? JSON.stringify(key) : key}: `
    return `${unit.repeat(depth + 1)}${name}${spread(item, quote, comma, unit, depth + 1)}`
  })
  return items.length === 0 ? open! + close! : `${open}\n${items.join(',\n')}${comma}\n${unit.repeat(depth)}${close}`
}

/** Prints each entry of a table on a line, with a comment above it and one behind it. */
function lined(table: Tables[keyof Tables], indent: string): string {
  const isList = Array.isArray(table)
  const lines = Object.entries(table).flatMap(([key, entry]) => {
    const name = isList ? '' : `${key}: `
    const fields = Object.entries(entry as object).map(([field, value]) => `${field}: ${inline(value)}`)
    return [`${indent}// About ${key}.`, `${indent}${name}{ ${fields.join(', ')} }, // behind ${key}`]
  })
  return `${isList ? '[' : '{'}\n${lines.join('\n')}\n${indent.slice(2)}${isList ? ']' : '}'}`
}

function inline(value: unknown): string {
  return spread(value, "'", '', '').replaceAll(/\n/g, ' ')
}

const formats: Readonly<Record<string, { file: string; print: (tables: Tables) => string }>> = {
  'exported tables': {
    file: 'registry.ts',
    print: (tables) =>
      Object.entries(tables)
        .map(([name, table]) => `export const ${name} = ${lined(table, '  ')} as const satisfies unknown\n`)
        .join('\n'),
  },
  'a default export with semicolons and tabs': {
    file: 'ports.mjs',
    print: (tables) => `/** The registry. */\nexport default ${spread(tables, '"', ',', '\t')};\n`,
  },
  'an inline call of defineRegistry': {
    file: 'ports.ts',
    print: (tables) =>
      `import { defineRegistry as define } from '@driftos/ports/define'\n\nexport const { PORTS, getPort } = define({\n${Object.entries(
        tables,
      )
        .map(([name, table]) => `  ${name}: ${lined(table, '    ')},\n`)
        .join('')}})\n`,
  },
  'a call of defineRegistry with constants': {
    file: 'ports.mts',
    print: (tables) =>
      `import { defineRegistry } from '@driftos/ports/define'\n${Object.entries(tables)
        .map(([name, table]) => `const ${name} = ${lined(table, '  ')} as const\n`)
        .join('')}\nexport default defineRegistry({ services, ranges, history, retired })\n`,
  },
  CommonJS: { file: 'ports.cjs', print: (tables) => `module.exports = ${spread(tables, "'", '', '    ')}\n` },
  'one line': { file: 'ports.js', print: (tables) => `export default ${inline(tables)}\n` },
  'several entries on a line, with comments': {
    file: 'ports.ts',
    print: (tables) =>
      Object.entries(tables)
        .map(([name, table]) => {
          const [open, close] = Array.isArray(table) ? '[]' : '{}'
          const entries = Object.entries(table).map(([key, entry], index) => {
            const [before, behind] = [
              index % 2 ? ' ' : '\n  /* of\n two */ ',
              index % 2 ? ', // a comment' : ' /* one */ ,',
            ]
            return `${before}${Array.isArray(table) ? '' : `${key}: `}${inline(entry)}${behind}`
          })
          return `export const ${name} = ${open} // ${name}${entries.join('')}\n  // The end.\n${close}\n`
        })
        .join('\n'),
  },
  JSON: { file: 'ports.json', print: (tables) => `${JSON.stringify({ $schema: './x.json', ...tables }, null, 2)}\n` },
  'JSON with comments': {
    file: 'ports.jsonc',
    print: (tables) => `// The ports.\n${spread(tables, '"', ',', '  ')}\n// The end.`,
  },
}

/** Runs a registry, as a program that imports it does. */
function evaluate(code: string, file: string): Tables {
  if (file.endsWith('.json')) return JSON.parse(code) as Tables
  if (file.endsWith('.jsonc')) return parseJsonc(code) as Tables
  const { code: script } = transformSync(code, { loader: file.endsWith('ts') ? 'ts' : 'js', format: 'cjs' })
  const module = { exports: {} as Record<string, unknown> }
  const require = () => ({ defineRegistry: (tables: Tables) => ({ ...tables, PORTS: tables, getPort: 0 }) })
  // oxlint-disable-next-line typescript/no-implied-eval -- the edited registry is evaluated as a program would
  new Function('module', 'exports', 'require', script)(module, module.exports, require)
  const exported = (module.exports['default'] ?? module.exports) as { PORTS?: Tables } & Tables
  return exported.PORTS ?? exported
}

function pick({ services: s, ranges: r, history: h, retired: t }: Tables): Tables {
  return { services: s, ranges: r, history: h, retired: t }
}

const text = fc.string({ unit: 'grapheme', minLength: 1, maxLength: 100 })
const port = fc.integer({ min: 80, max: 32_000 })
const name = fc.stringMatching(/^[a-z][a-zA-Z\d]{0,12}$/)
const definition = fc
  .record(
    { port, containerPort: port, summary: text, reuses: text, aliases: fc.array(text, { minLength: 1, maxLength: 2 }) },
    { requiredKeys: ['port', 'summary'] },
  )
  .map((fields) => Object.assign({ containerName: 'x', variable: 'X_PORT', scheme: 'http', status: 'active' }, fields))

type Change = (tables: Tables) => Tables
const change: fc.Arbitrary<Change> = fc.oneof(
  fc
    .tuple(fc.nat(), port, fc.option(text, { nil: undefined }), text)
    .map(([at, to, reuses, reason]): Change => (tables) => {
      const names = Object.keys(tables.services)
      const service = names[at % names.length]
      if (service === undefined) return tables
      const { reuses: _, ...rest } = tables.services[service]!
      const entry = { ...rest, port: to, ...(reuses !== undefined && { reuses }) }
      const moves = at % 2 ? tables.history.filter((move) => move.service !== service) : tables.history
      return {
        ...tables,
        services: { ...tables.services, [service]: entry },
        history: [...moves, { service, from: rest.port, to, reason }],
      }
    }),
  fc.tuple(name, definition).map(([service, entry]): Change => (tables) => ({
    ...tables,
    services: { ...tables.services, [service]: entry as unknown as Tables['services'][string] },
  })),
  fc.tuple(fc.nat(), text).map(([at, reason]): Change => (tables) => {
    const names = Object.keys(tables.services)
    const service = names[at % names.length]
    if (service === undefined) return tables
    const { [service]: entry, ...rest } = tables.services
    return { ...tables, services: rest, retired: { ...tables.retired, [service]: { port: entry!.port, reason } } }
  }),
  fc.constant<Change>((tables) => ({ ...tables, retired: {} })),
  fc.constant<Change>((tables) => ({ ...tables, history: tables.history.slice(1) })),
)

describe('readTables', () => {
  it('reads what an import of the registry of this repository returns', () => {
    expect(readTables(ownCode, 'registry.ts')).toEqual(own)
  })

  it.each(Object.entries(formats))('reads %s', (_, { file, print }) => {
    expect(readTables(print(sample), file)).toEqual(sample)
    expect(pick(evaluate(print(sample), file))).toEqual(sample)
    expect(readTables(print(sample).replaceAll('\n', '\r\n'), file)).toEqual(sample)
    expect(readTables(`\uFEFF${print(sample)}`, file)).toEqual(sample)
  })

  it('reads a registry without history and retired services', () => {
    const code = 'export const services = {}\nexport const ranges = {}\n'
    expect(readTables(code, 'registry.ts')).toEqual({ services: {}, ranges: {}, history: [], retired: {} })
  })

  it.each([
    ['a call', '4001', 'portOf(4001)', 'portOf(4001)'],
    ['an unknown name', "'Stock'", 'elsewhere', 'elsewhere'],
    ['a spread', 'stock: {', '...others, stock: {', '...others'],
    ['a computed name', 'stock: {', '[stock]: {', /\[stock\]: \{.*/],
    ['a template', "'Stock'", '`${stock}`', '`${stock}`'],
  ])('refuses %s with its line', (_, from, to, shown) => {
    const code = formats['exported tables']!.print(sample).replace(from, to)
    const line = code.slice(0, code.indexOf(to)).split('\n').length
    expect(() => readTables(code, 'registry.ts')).toThrow(
      typeof shown === 'string' ? `registry.ts, line ${line}: expected a literal, got \`${shown}\`.` : shown,
    )
  })

  it('reads a spread of a constant, whose later fields win', () => {
    const shop = { port: 1, summary: 'Shop', scheme: 'http' }
    const code = `const common = { port: 0, scheme: 'http' } as const
export const services = { shop: { ...common, port: 1, summary: 'Shop' } }
`
    expect(readTables(code, 'registry.ts').services).toEqual({ shop })
  })

  it('refuses a syntax error with its line, and a file without a registry', () => {
    expect(() => readTables('export const services = {\n  a: 1 b\n}', 'registry.ts')).toThrow(/^registry\.ts, line 2: /)
    expect(() => readTables('{ "services": ', 'ports.json')).toThrow(/^ports\.json, line \d: /)
    expect(() => readTables('export const a = 1', 'registry.ts')).toThrow('registry.ts has no table `services`')
  })
})

describe('editTables', () => {
  it.each(Object.entries(formats))('makes any changes to %s, with either line end', (_, { file, print }) => {
    fc.assert(
      fc.property(fc.array(change, { minLength: 1, maxLength: 4 }), fc.boolean(), (changes, isCrlf) => {
        const code = isCrlf ? print(sample).replaceAll('\n', '\r\n') : print(sample)
        const after = changes.reduce((tables, apply) => apply(tables), sample)
        const edited = editTables(code, file, after)
        expect(pick(evaluate(edited, file))).toEqual(after)
        if (isCrlf) expect(edited.replaceAll('\r\n', '')).not.toContain('\n')
        const kept = Object.keys(sample.services).filter((key) => after.services[key] === sample.services[key])
        const lines = code.split('\n')
        for (const key of kept) {
          const at = lines.findIndex((line) => line.includes(`// About ${key}.`))
          if (at >= 0) expect(edited).toContain(lines.slice(at, at + 2).join('\n'))
        }
      }),
      { numRuns: 60 },
    )
  })

  // An entry that shared its line is on a separate one once it has moved.
  const undoable = Object.entries(formats).filter(([format]) => !format.startsWith('several entries on a line'))
  it.each(undoable)('undoes a change of %s without a trace', (_, { file, print }) => {
    const moved = { ...sample.services['pay']!, port: 4008, reuses: 'a test' }
    const after: Tables = {
      ...sample,
      services: { ...sample.services, pay: moved },
      history: [...sample.history, { service: 'pay', from: 4003, to: 4008, reason: 'a test' }],
    }
    const code = print(sample)
    expect(editTables(editTables(code, file, after), file, sample)).toBe(code)
  })

  it.each(Object.keys(services))('changes only the lines of %s in the registry of this repository', (key) => {
    const service = own.services[key]!
    const to = Math.max(...Object.values(own.services).map((other) => other.port)) + 1
    const move = { service: key, from: service.port, to, reason: 'a test' }
    const after: Tables = {
      ...own,
      services: { ...own.services, [key]: { ...service, port: to } },
      history: [...own.history, move],
    }
    const edited = editTables(ownCode, 'registry.ts', after)
    const line = ownCode.split('\n').find((each) => each.startsWith(`  ${key}:`))!
    const changes = diffLines(ownCode, edited).filter(({ added, removed }) => added || removed)
    expect(changes.filter(({ removed }) => removed).map(({ value }) => value)).toEqual([`${line}\n`])
    expect(
      changes
        .filter(({ added }) => added)
        .map(({ value }) => value)
        .toSorted(),
    ).toEqual(
      [
        `${line.replace(String(service.port), String(to))}\n`.replace(/(?<=port: \d+, )/, ''),
        `  { service: '${key}', from: ${service.port}, to: ${to}, reason: 'a test' },\n`,
      ].toSorted(),
    )
    expect(editTables(edited, 'registry.ts', own)).toBe(ownCode)

    const { [key]: _, ...rest } = own.services
    const without = { ...own, services: rest, retired: { [key]: { port: service.port, reason: 'a test' } } }
    const removed = diffLines(ownCode, editTables(ownCode, 'registry.ts', without)).filter((part) => part.removed)
    expect(removed.map(({ value }) => value)).toContain(`${line}\n`)
  })

  it('keeps columns, and puts a new service on a separate line, in the order of ports', () => {
    const [first, second] = Object.entries(own.services).toSorted(([, one], [, other]) => one.port - other.port)
    const entry = { ...first![1], port: first![1].port + 0.5, summary: 'New' }
    const edited = editTables(ownCode, 'registry.ts', { ...own, services: { ...own.services, extra: entry } })
    const lines = edited.split('\n')
    const at = lines.findIndex((line) => line.startsWith('  extra:'))
    expect(lines[at - 1]).toMatch(new RegExp(`^  ${first![0]}:`))
    expect(lines[at + 1]).toMatch(new RegExp(`^  ${second![0]}:`))
    expect(lines[at]!.indexOf('variable:')).toBe(lines[at - 1]!.indexOf('variable:'))
    expect(lines.toSpliced(at, 1).join('\n')).toBe(ownCode)
  })

  const shared = `const common = { scheme: 'http', status: 'active' } as const
const stockPort = 4005
const more = { pay: { ...common, port: 4003, summary: 'Pay' } }
export const services = {
  shop: { ...common, port: 4001, summary: 'Shop' },
  stock: { port: stockPort, ...common, summary: 'Stock' }, // the stock
}
`

  it.each([
    ['a port behind a spread', 'shop', "  shop: { ...common, port: 4008, summary: 'Shop' },"],
    ['a field before a spread', 'stock', 'expected a literal, got `stockPort`'],
  ])('edits or refuses %s', (_, key, expected) => {
    const before = readTables(shared, 'ports.ts')
    const moved = { ...before.services, [key]: { ...before.services[key]!, port: 4008 } }
    const edit = () => editTables(shared, 'ports.ts', { ...before, services: moved })
    if (key === 'shop') expect(edit().split('\n')).toContain(expected)
    else expect(edit).toThrow(`ports.ts, line 6: ${expected}`)
  })

  it('refuses a table with a spread, whose entries are elsewhere', () => {
    const code = shared.replace('services = {', 'services = {\n  ...more,')
    const { services: all, ...before } = readTables(code, 'ports.ts')
    const { shop: _, ...rest } = all
    expect(Object.keys(all)).toEqual(['pay', 'shop', 'stock'])
    expect(() => editTables(code, 'ports.ts', { ...before, services: rest })).toThrow(
      'ports.ts, line 5: expected a literal, got `...more`.',
    )
  })

  it('puts an entry on one line where longer ones are', () => {
    const summary = 'x'.repeat(120)
    const code = `export const services = {\n  shop: { port: 4001, summary: '${summary}' },\n}\n`
    const before = readTables(code, 'ports.ts')
    const pay = { port: 4003, summary: `${summary}xx` } as unknown as Tables['services'][string]
    const edited = editTables(code, 'ports.ts', { ...before, services: { ...before.services, pay } })
    expect(edited).toContain(`  pay: { port: 4003, summary: '${summary}xx' },\n`)
  })

  it('adds a table that is missing, in the style of the file', () => {
    const code = 'export const services = {}\nexport const ranges = {} as const;\n'
    const after = { ...sample, services: {}, ranges: {}, history: [] }
    expect(editTables(code, 'registry.ts', after)).toBe(
      `${code}\nexport const retired = {\n  cart: { port: 4002, reason: 'shop does it' },\n} as const;\n`,
    )
    const json = '{\n    "services": {}\n}\n'
    expect(editTables(json, 'ports.json', after)).toBe(
      '{\n    "services": {},\n    "retired": {\n        "cart": {"port": 4002}\n    }\n}\n'.replace(
        '{"port": 4002}',
        '{ "port": 4002, "reason": "shop does it" }',
      ),
    )
  })

  it('writes a long entry on several lines', () => {
    const reason = 'because '.repeat(20).trim()
    const code = formats['exported tables']!.print(sample)
    const after = { ...sample, history: [...sample.history, { service: 'pay', from: 1, to: 4003, reason }] }
    expect(editTables(code, 'registry.ts', after)).toContain(
      `  {\n    service: 'pay',\n    from: 1,\n    to: 4003,\n    reason: '${reason}',\n  },\n`,
    )
  })
})
