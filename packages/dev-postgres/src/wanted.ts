import type { Env } from '@driftos/ports'

/** Returns whether to start the embedded database: only when `DATABASE_URL` is not set. */
export function isEmbeddedDatabaseWanted(env: Env): boolean {
  return !env['DATABASE_URL']?.trim()
}
