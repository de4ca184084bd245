export { startEmbeddedDatabase } from './embedded.js'
export { runsPostgresTests, startPostgres } from './postgres.js'
export type { TestDatabase } from './test-database.js'
