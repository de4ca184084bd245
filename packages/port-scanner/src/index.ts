export type { Dialect } from './dialect.js'
export { findDialect } from './dialects.js'
export { GitError, listFiles, type FileSelection } from './files.js'
export { isJob } from './job.js'
export {
  isNodePort,
  type Evidence,
  type HostKind,
  type Match,
  type Publication,
  type Role,
  type Side,
} from './match.js'
export { createLocator, type Position } from './position.js'
export { readRegularFile } from './read-regular-file.js'
export { maxFileBytes, scan, type ScannedFile, type ScanOptions } from './scan.js'
export { createTally, type Tally, type Unreadable } from './tally.js'
export { readProgram, type ProgramComment, type ProgramNode } from './javascript/read-program.js'
export { isPortName, isRootAddress, wordsOf } from './names.js'
