import { readFileSync } from 'node:fs'
import type { PortRegistry } from '@driftos/ports/define'
import { groupBy } from '../src/group-by.js'
import { registryOf, type Row } from '../src/check/acme.fixture.js'
import { readArchive } from './corpus.js'

/** What the cases of an archive are about. */
export const areas = ['code', 'infrastructure', 'settings', 'kinds', 'init'] as const

/** A small repository, with what `check` or `init` says of it. */
export interface Case<Expected> {
  readonly name: string
  readonly registry: PortRegistry
  readonly files: Readonly<Record<string, string>>
  readonly expected: Expected
}

const folder = new URL('../corpus/cases/', import.meta.url)

/** Returns the cases of an archive: below the name of each, its files, `registry`, `history` and `expected`. */
export function readCases<Expected>(area: (typeof areas)[number]): Case<Expected>[] {
  const files = readArchive(readFileSync(new URL(`${area}.txtar`, folder), 'utf8'))
  return [...groupBy(files, ({ path }) => path.split('/', 1)[0]!)].map(([name, own]) => {
    const {
      registry = '{}',
      history = '[]',
      expected,
      ...others
    } = Object.fromEntries(own.map(({ path, text }) => [path.slice(name.length + 1), text]))
    return {
      name,
      registry: registryOf(JSON.parse(registry) as Record<string, Row>, JSON.parse(history) as PortRegistry['history']),
      files: others,
      expected: JSON.parse(expected!) as Expected,
    }
  })
}
