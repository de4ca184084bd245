export { registerDatabase } from './database.js'
