import { readFileSync } from 'node:fs'
import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { beforeEach, describe, expect, it } from 'vitest'
import { run } from './cli.fixture.js'
import { commands } from './commands.js'
import { commit, exampleSource, exampleTables, makeProject } from './registry/project.fixture.js'

const readme = readFileSync(new URL('../README.md', import.meta.url), 'utf8')
const table = readme.slice(readme.indexOf('\n## JSON\n'))
/** What the README says each command prints. */
const shapes = new Map([...table.matchAll(/^\| (.+?) \| `(.+)` \|$/gm)].map(([, name, shape]) => [name!, shape!]))

const [service, { port }] = Object.entries(exampleTables.services)[0]!
const grouped = Object.values(exampleTables.services)[0]!.group!

/** A command line for each row. */
const lines: Readonly<Record<string, readonly string[]>> = {
  '`list`': ['list'],
  '`show` of a name': ['show', service],
  '`show` of a port': ['show', String(port)],
  '`status`': ['status', service],
  '`wait`': ['wait', service, '--timeout', '1'],
  '`doctor`': ['doctor'],
  '`slot`': ['slot'],
  '`slot list`': ['slot', 'list'],
  '`slot free`': ['slot', 'free'],
  '`init`': ['init'],
  '`check`': ['check'],
  '`check --occurrences`': ['check', '--occurrences'],
  '`sync`': ['sync'],
  '`move`': ['move', service, String(exampleTables.ranges[grouped]!.reserved!.first), '--reason', 'why'],
  '`add`': ['add', 'billing', '--group', grouped, '--summary', 'Invoices'],
  '`retire`': ['retire', service, '--reason', 'why'],
  '`diff`': ['diff'],
}

describe('--json', () => {
  let root: string
  beforeEach(async () => {
    root = await makeProject({ 'ports.ts': exampleSource })
    await commit(root, '1.0.0')
    // A finding, and a place that uses a service.
    await writeFile(join(root, 'use.ts'), `import { services } from './ports.ts'\nfetch('http://localhost:${port}')\n`)
  })

  it('is described in the README for every command that has it', async () => {
    const described = new Set([...table.matchAll(/^\| `(\w+)/gm)].map(([, name]) => name))
    for (const [name, load] of Object.entries(commands)) {
      if ('json' in (await load()).command.options) expect(described).toContain(name)
    }
    expect(Object.keys(lines).toSorted()).toEqual([...shapes.keys()].toSorted())
  })

  it.each([...shapes])('of %s prints what the README says', async (name, shape) => {
    const env = { XDG_STATE_HOME: root, CI: '' }
    if (name === '`slot list`') await run(['slot'], env, false, root)
    const { stdout, stderr } = await run([...lines[name]!, '--json'], env, false, root)
    expect(stdout, stderr).not.toBe('')
    expect(differences(parseShape(shape), JSON.parse(stdout), name)).toEqual([])
  })
})

/** An object with its keys, a list of one shape, or anything. */
type Shape = { readonly keys: ReadonlyMap<string, Shape | undefined> } | { readonly item: Shape | undefined }

/** Reads `{ a, b?: [{ c, … }], d: 'x' | 'y' }`. */
function parseShape(text: string): Shape | undefined {
  const tokens = text.match(/\.\.\.|[{}[\],:?]|…|'[^']*'|[\w|\\]+/g)!
  let index = 0
  const value = (): Shape | undefined => {
    if (tokens[index] === '{') {
      index++
      const keys = new Map<string, Shape | undefined>()
      while (tokens[index] !== '}') {
        let key = tokens[index++]!
        if (tokens[index] === '?') key += tokens[index++]
        let shape: Shape | undefined
        if (tokens[index] === ':') {
          index++
          shape = value()
        }
        keys.set(key, shape)
        if (tokens[index] === ',') index++
      }
      index++
      return { keys }
    }
    if (tokens[index] === '[') {
      index++
      const item = value()
      index++
      return { item }
    }
    while (!['}', ']', ','].includes(tokens[index]!)) index++
    return undefined
  }
  return value()
}

function differences(shape: Shape | undefined, value: unknown, path: string): string[] {
  if (shape === undefined) return []
  if ('item' in shape) {
    if (!Array.isArray(value)) return [`${path} is no list`]
    return value.flatMap((each, index) => differences(shape.item, each, `${path}[${index}]`))
  }
  const object = value as Readonly<Record<string, unknown>>
  const described = new Map([...shape.keys].map(([key, inner]) => [key.replace('?', ''), inner]))
  const missing = [...shape.keys.keys()].filter((key) => key !== '…' && !key.endsWith('?') && !(key in object))
  const extra = Object.keys(object).filter((key) => !described.has(key) && !described.has('…'))
  return [
    ...missing.map((key) => `${path}.${key} is missing`),
    ...extra.map((key) => `${path}.${key} is not described`),
    ...Object.entries(object).flatMap(([key, inner]) => differences(described.get(key), inner, `${path}.${key}`)),
  ]
}
