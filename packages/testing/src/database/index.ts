export { startEmbeddedDatabase } from './embedded.js'
export { isPostgresInstalled, startPostgres } from './postgres.js'
export type { TestDatabase } from './test-database.js'
