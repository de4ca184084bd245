import { createReader, type PatternDialect } from '../patterns/pattern.js'

const row: PatternDialect = {
  name: 'yaml lines',
  kind: 'settings',
  comments: { line: ['#'] },
  section: /^ {2}(?<name>[A-Za-z][\w.-]{0,62}):[ \t]*$/gm,
  sectionKind: 'block',
  patterns: [
    {
      at: /^[ \t]+- *["']?(?:(?:[\d.]+|\[[\da-f:]*\]):)?(?:\$\{(?<variable>\w+):?-)?(?<port>\d{2,5})\}?:(?<inner>\d{2,5})(?:\/tcp)?["']?[ \t]*$/dgm,
      role: 'publish',
    },
  ],
}

/** Reads the publications of a compose file that no parser accepts. */
export const readYamlLines = createReader(row)
