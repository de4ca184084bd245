import type { Dialect } from '../dialect.js'
import { patternDialect, type PatternDialect } from './pattern.js'

/** The table of line-based formats. A new format is a new row and its tests. */
const rows: readonly PatternDialect[] = [
  {
    name: 'dotenv',
    names: ['.envrc', '.flaskenv'],
    extensions: ['env'],
    paths: /(?:^|\/)(?:\.env|env)(?:[._-][\w.-]+)?$/,
    languages: ['env', 'dotenv'],
    kind: 'settings',
    comments: { line: ['#'] },
    assignment:
      /^[ \t]*(?:export[ \t]+)?(?<name>[A-Za-z_][\w.]*)[ \t]*=[ \t]*["']?(?<value>[^"'\n#]*?)["']?[ \t]*(?:#.*)?$/dgm,
  },
  {
    name: 'ini',
    extensions: ['ini', 'cfg', 'conf', 'cnf', 'properties'],
    languages: ['ini', 'properties', 'conf'],
    kind: 'settings',
    comments: { line: ['#'], lineStart: [';', '!', '//'] },
    section: /^[ \t]*\[{1,2}(?<name>[^\]\n]{1,100})\]{1,2}/gm,
    assignment: /^[ \t]*(?<name>[A-Za-z_][\w.-]*)[ \t]*[=:][ \t]*["']?(?<value>[^"'\n#;]*?)["']?[ \t]*(?:[#;].*)?$/dgm,
  },
]

/** Every line-based format. */
export const patternDialects: readonly Dialect[] = rows.map(patternDialect)
