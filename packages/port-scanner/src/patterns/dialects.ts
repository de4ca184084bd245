import type { Dialect } from '../dialect.js'
import { codeRows } from './code.js'
import { patternDialect } from './pattern.js'
import { settingsRows } from './settings.js'

/** Every line-based format. A new format is a new row in one of the two tables, and its tests. */
export const patternDialects: readonly Dialect[] = [...settingsRows, ...codeRows].map(patternDialect)
