export { acceptsClients } from './accepts.js'
export { isEmbeddedDatabaseWanted } from './wanted.js'
