import { expect, it } from 'vitest'
import { isEmbeddedDatabaseWanted } from './wanted.js'

it.each([
  [{}, true],
  [{ DATABASE_URL: '' }, true],
  [{ DATABASE_URL: '  ' }, true],
  [{ POSTGRES_PORT: '4101' }, true],
  [{ DATABASE_URL: 'postgresql://elsewhere/app' }, false],
])('the embedded database is wanted under %j: %s', (env, isWanted) => {
  expect(isEmbeddedDatabaseWanted(env)).toBe(isWanted)
})
