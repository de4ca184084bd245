import type { Dialect } from '../dialect.js'

/** JavaScript, TypeScript, JSON, TOML, shell and Dockerfiles. */
export const javascriptDialects: readonly Dialect[] = []
