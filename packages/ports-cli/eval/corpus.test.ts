import { describe, expect, it } from 'vitest'
import { halves, readArchive, readHalf } from './corpus.js'
import { contractRegistry } from '../src/contract.fixture.js'

const { services } = contractRegistry

const files = halves.flatMap((half) =>
  readHalf(half).flatMap(({ name, files: own }) => own.map((file) => ({ ...file, path: `${name}/${file.path}` }))),
)
const labels = files.flatMap((file) => file.labels)
const numberOf: Readonly<Record<string, readonly number[]>> = Object.fromEntries(
  Object.entries(services).map(([name, service]) => [
    name,
    'containerPort' in service ? [service.port, service.containerPort] : [service.port],
  ]),
)

describe('the corpus', () => {
  it.each(files.map(({ path, ...file }) => [path, file] as const))(
    'labels numbers where they stand, once each: %s',
    (_, { text, labels: own }) => {
      const lines = text.split('\n')
      const places = own.map(({ line, column }) => `${line}:${column}`)
      const spelled = own.map(({ line, column }) =>
        /^\d[\d_]*/.exec(lines[line - 1]!.slice(column - 1))?.[0].replaceAll('_', ''),
      )
      expect(spelled).toEqual(own.map(({ number }) => String(number)))
      expect(new Set(places).size).toBe(places.length)
    },
  )

  it('is not short of anything that is counted', () => {
    const named = labels.filter(({ service }) => service !== undefined && service !== 'nobody')
    const right = named.filter(
      ({ service, number, rules }) => numberOf[service!]!.includes(number) && rules.length === 0,
    )
    const wrong = labels.flatMap(({ rules }) => rules).filter((rule) => rule !== 'hard-coded-port')
    expect(labels.filter(({ is }) => is === 'port').length).toBeGreaterThanOrEqual(700)
    expect(labels.filter(({ is }) => is === 'no-port').length).toBeGreaterThanOrEqual(130)
    expect(right.length).toBeGreaterThanOrEqual(130)
    expect(wrong.length).toBeGreaterThanOrEqual(60)
  })

  it('calls no port wrong that is the right one of its service on the host', () => {
    const contradictions = labels.filter(
      ({ side, service, number, rules }) =>
        side === 'host' && rules.includes('wrong-port') && numberOf[service ?? '']?.[0] === number,
    )
    expect(contradictions).toEqual([])
  })
})

describe('readArchive', () => {
  it('gives every file without its marks', () => {
    expect(readArchive('About it.\n-- a/compose.yml --\nports: ["7‹coreGrafana›:5‹container›"]\n-- b --\n')).toEqual([
      {
        path: 'a/compose.yml',
        text: 'ports: ["7:5"]\n',
        labels: [
          { is: 'port', line: 1, column: 10, number: 7, side: 'host', service: 'coreGrafana', rules: [] },
          { is: 'port', line: 1, column: 12, number: 5, side: 'container', service: undefined, rules: [] },
        ],
      },
      { path: 'b', text: '', labels: [] },
    ])
  })

  it.each([
    ['-- a --\n-- a --\n', 'a is there twice'],
    ['-- ../a --\n', '../a lies outside its repository'],
    ['-- a --\nport‹›\n', 'a: line 1: ‹› does not follow a number'],
    ['-- a --\n\n3000‹billing›\n', 'a: line 2: ‹billing› says billing, which is no service and no rule'],
  ])('refuses %j', (archive, message) => {
    expect(() => readArchive(archive)).toThrow(message)
  })
})
