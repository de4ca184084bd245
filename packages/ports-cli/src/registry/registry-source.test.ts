import { readFile } from 'node:fs/promises'
import { history, ranges, retired, services } from '@driftos/ports'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { exampleSource } from './example.fixture.js'
import { parseRegistry, RegistrySource } from './registry-source.js'

/** What an edit removes from the example and adds to it, line by line. */
function changeOf(edit: (source: RegistrySource) => void, text = exampleSource): { gone: string[]; come: string[] } {
  const source = new RegistrySource(text)
  edit(source)
  const [before, after] = [text.split('\n'), source.text.split('\n')]
  return {
    gone: before.filter((line) => !after.includes(line)),
    come: after.filter((line) => !before.includes(line)),
  }
}

function lineOf(name: string, text = exampleSource): string {
  return text.split('\n').find((line) => line.startsWith(`  ${name}:`))!
}

const invoices = {
  port: 7006,
  containerName: 'driftos-invoices',
  variable: 'INVOICES_PORT',
  scheme: 'http',
  healthPath: '/health',
  group: 'services',
  status: 'active',
  summary: "The customer's invoices",
} as const

describe('RegistrySource', () => {
  it('reads what importing the registry gives', async () => {
    const text = await readFile(new URL('../../../ports/src/registry.ts', import.meta.url), 'utf8')
    expect(parseRegistry(new RegistrySource(text))).toEqual({ services, ranges, history, retired })
  })

  it.each([
    ['a call', 'port: 7000,', 'port: portOf(7000),'],
    ['a name', "'The main entry point'", 'summary'],
    ['a spread', '  gateway:      {', '  ...others,\n  gateway:      {'],
  ])('refuses %s, and says in which line', (_, text, replacement) => {
    const source = new RegistrySource(exampleSource.replace(text, replacement))
    expect(() => source.read()).toThrow(/^Line 3 of the registry has to be written out, and is /)
  })

  describe('move', () => {
    it('changes the number and nothing else of the line', () => {
      expect(changeOf((source) => source.move('demo', 7006, undefined))).toEqual({
        gone: [lineOf('demo')],
        come: [lineOf('demo').replace('7005', '7006')],
      })
    })

    it('keeps the columns when the number grows or shrinks by a digit', () => {
      const { come } = changeOf((source) => source.move('legacy', 10_100, undefined))
      expect(come).toEqual([lineOf('legacy').replace('8100, ', '10100,')])
      const source = new RegistrySource(exampleSource)
      source.move('legacy', 10_100, undefined)
      source.move('legacy', 8100, undefined)
      expect(source.text).toBe(exampleSource)
    })

    it('puts the line where its number belongs', () => {
      const source = new RegistrySource(exampleSource)
      source.move('core', 7007, undefined)
      expect(namesIn(source)).toEqual(
        ['gateway', 'embed', 'website', 'demo', 'core', 'coreGrafana'].concat(
          'embedGrafana',
          'postgres',
          'legacy',
          'prometheus',
        ),
      )
      source.move('gateway', 9999, undefined)
      expect(namesIn(source).at(-1)).toBe('gateway')
    })

    it('drops the note on a reuse that is over, and adds one for a new reuse', () => {
      expect(changeOf((source) => source.move('embed', 7007, undefined)).come).toEqual([
        lineOf('embed').replace('7002', '7007').replace(", reuses: 'the Grafanas left it'", ''),
      ])
      expect(changeOf((source) => source.move('gateway', 7003, 'it wants "its" number')).come).toEqual([
        lineOf('gateway')
          .replace('7000', '7003')
          .replace("entry point' }", `entry point', reuses: 'it wants "its" number' }`),
      ])
    })

    it('takes the comments of the line along', () => {
      const text = exampleSource
        .replace('  core: ', '  // The LLM.\n  core: ')
        .replace("'LLM service' },", "'LLM service' }, // not embed")
      const source = new RegistrySource(text)
      source.move('core', 7007, undefined)
      expect(source.text).toContain(
        `'Demo application' },\n  // The LLM.\n${lineOf('core').replace('7001', '7007')} // not embed\n  coreGrafana:`,
      )
    })

    it('changes a service that stands on several lines in its place', () => {
      const text = exampleSource.replace(lineOf('demo'), lineOf('demo').replaceAll(/(?<=[{,]) +/g, '\n    '))
      expect(changeOf((source) => source.move('demo', 7006, undefined), text)).toEqual({
        gone: ['    port: 7005,'],
        come: ['    port: 7006,'],
      })
    })

    it('leaves the line ends as they are', () => {
      const source = new RegistrySource(exampleSource.replaceAll('\n', '\r\n'))
      source.move('core', 7007, undefined)
      source.appendMove({ service: 'core', from: 7001, to: 7007, reason: 'a test' })
      expect(source.text.replaceAll('\r\n', '')).not.toContain('\n')
    })
  })

  describe('appendMove', () => {
    it('adds a line at the end', () => {
      const move = { service: 'demo', from: 7005, to: 7006, reason: "it's nearer" }
      expect(changeOf((source) => source.appendMove(move)).come).toEqual([
        `  { service: 'demo', from: 7005, to: 7006, reason: "it's nearer" },`,
      ])
    })

    it('spreads a move over lines where one would be too long', () => {
      const move = { service: 'demo', from: 7005, to: 7006, reason: 'because '.repeat(12).trim() }
      const { come } = changeOf((source) => source.appendMove(move))
      expect(come).toEqual([
        '  {',
        "    service: 'demo',",
        '    from: 7005,',
        '    to: 7006,',
        `    reason: '${move.reason}',`,
        '  },',
      ])
    })

    it('begins an empty history, and follows a last move without a comma', () => {
      const move = { service: 'demo', from: 7005, to: 7006, reason: 'a test' }
      const line = `  { service: 'demo', from: 7005, to: 7006, reason: 'a test' },`
      const empty = exampleSource.replace(/(?<=history = )\[[^\]]*\]/, '[]')
      expect(changeOf((source) => source.appendMove(move), empty).come).toContain(line)
      const bare = exampleSource.replace("entry point' },\n]", "entry point' }\n]")
      const source = new RegistrySource(bare)
      source.appendMove(move)
      expect(source.text).toContain(`entry point' },\n${line}\n] as const`)
    })
  })

  describe('add', () => {
    it('adds one line where its number belongs, in the columns of the others', () => {
      const source = new RegistrySource(exampleSource)
      source.add('invoices', invoices)
      const line = lineOf('invoices', source.text)
      expect(namesIn(source).slice(4, 7)).toEqual(['demo', 'invoices', 'coreGrafana'])
      expect(line).toBe(
        `  invoices:     { port: 7006,                      containerName: 'driftos-invoices', variable: 'INVOICES_PORT',     scheme: 'http',       healthPath: '/health',                              group: 'services',     status: 'active', summary: "The customer's invoices" },`,
      )
      expect(source.text.replace(`${line}\n`, '')).toBe(exampleSource)
    })
  })

  describe('retire', () => {
    it('takes the line out and leaves a tombstone', () => {
      const source = new RegistrySource(exampleSource)
      source.retire('demo', { port: 7005, reason: 'the website shows it' })
      source.retire('legacy', { port: 8100, reason: 'nobody called it' })
      expect(source.text).toBe(
        exampleSource
          .replace(/^ {2}(demo|legacy): .*\n/gm, '')
          .replace(
            'retired = {}',
            "retired = {\n  demo: { port: 7005, reason: 'the website shows it' },\n  legacy: { port: 8100, reason: 'nobody called it' },\n}",
          ),
      )
    })
  })

  it('says after any edits what was said of it, and leaves every other line', () => {
    const text = fc.string({ unit: 'grapheme', minLength: 1, maxLength: 140 })
    const edit = fc.record({
      name: fc.constantFrom('gateway', 'core', 'embed', 'demo', 'coreGrafana', 'postgres', 'prometheus'),
      port: fc.integer({ min: 1024, max: 32_767 }),
      reason: text,
      note: fc.option(text, { nil: undefined }),
    })
    fc.assert(
      fc.property(fc.array(edit, { minLength: 1, maxLength: 4 }), text, (edits, reason) => {
        const source = new RegistrySource(exampleSource)
        const model = structuredClone(new RegistrySource(exampleSource).read()) as Model
        for (const { name, port, reason: why, note } of edits) {
          const move = { service: name, from: model.services[name]!['port'] as number, to: port, reason: why }
          source.move(name, port, note)
          source.appendMove(move)
          const { reuses: _, ...service } = model.services[name]!
          model.services[name] = { ...service, port, ...(note === undefined ? {} : { reuses: note }) }
          model.history.push(move)
        }
        source.retire('website', { port: 7004, reason })
        delete model.services['website']
        model.retired['website'] = { port: 7004, reason }

        expect(source.read()).toEqual(model)
        const ports = namesIn(source).map((name) => model.services[name]!['port'] as number)
        expect(ports).toEqual(ports.toSorted((one, other) => one - other))
        const touched = new Set(['website', ...edits.map(({ name }) => name)])
        for (const name of namesIn(source)) {
          if (!touched.has(name)) expect(lineOf(name, source.text)).toBe(lineOf(name))
        }
      }),
      { numRuns: 25 },
    )
  })
})

interface Model {
  readonly services: Record<string, Record<string, unknown>>
  readonly history: unknown[]
  readonly retired: Record<string, unknown>
}

describe('parseRegistry', () => {
  it('refuses a registry that contradicts itself, naming every contradiction', () => {
    const source = new RegistrySource(
      exampleSource.replace('port: 7005', 'port: 7004').replace('LEGACY_PORT', 'legacy'),
    )
    expect(() => parseRegistry(source)).toThrow(/a variable is upper case and ends in _PORT/)
    const clash = new RegistrySource(
      exampleSource.replace('port: 7005', 'port: 7004').replace('port: 7433', 'port: 80'),
    )
    expect(() => parseRegistry(clash)).toThrow(/website and demo both hold port 7004.*\n.*postgres holds port 80/)
  })

  it('refuses a registry without a table', () => {
    const source = new RegistrySource(exampleSource.replace('export const retired = {} as const\n', ''))
    expect(parseRegistry(source).retired).toEqual({})
    expect(() => source.retire('demo', { port: 7005, reason: 'a test' })).toThrow('The registry has no table retired')
  })
})

function namesIn(source: RegistrySource): string[] {
  return [...source.text.matchAll(/^ {2}(\w+): +\{ port: \d+, .*containerName/gm)].map(([, name]) => name!)
}
